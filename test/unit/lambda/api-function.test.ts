import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../shared/http/answer.ts';
import type { ApiRequest } from '../../../shared/http/api-request.ts';
import { problem } from '../../../shared/http/problem.ts';
import { apiFunction } from '../../../shared/lambda/api-function.ts';
import { LedgerFault } from '../../../shared/ledger/faults.ts';
import type { Instant } from '../../../shared/limit-increase/terms.ts';
import { aPar } from '../../support/builders.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { apiEvent, lambdaContext } from '../functions/api-event.ts';
import { listening } from '../observability/listening.ts';

type Handle = (request: ApiRequest, deadline: Instant) => Promise<Answer>;

function functionOf(handle: Handle, answerWithinMs?: number) {
  const heard = listening();
  const { observability } = heard;
  const handler = apiFunction({ observability, clock: createFixedClock() }, { answerWithinMs, handle });
  const route = 'GET /v1/cards/{par}';
  const invoke = (event: unknown = apiEvent(route)) => handler(event, lambdaContext());
  return { ...heard, invoke, events: () => heard.lines().map(({ event }) => event) };
}

describe('a function behind the API', () => {
  it('gets the parts of the event and its deadline, and its value is answered as JSON that nobody keeps', async () => {
    let seen: { request: ApiRequest; deadline: Instant } | undefined;
    const { invoke } = functionOf(async (request, deadline) => {
      seen = { request, deadline };
      return { status: 202, body: { open: 1, gone: undefined }, headers: { 'retry-after': '3' } };
    }, 25_000);
    const answer = await invoke(apiEvent('GET /v1/cards/{par}', { pathParameters: { par: aPar() } }));
    expect(answer).toEqual({
      statusCode: 202,
      headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'retry-after': '3' },
      body: '{"open":1}',
    });
    expect(seen).toMatchObject({
      deadline: aMoment + 24_000,
      request: { pathParameters: { par: aPar() } },
    });
  });

  it('publishes what was measured on the way', async () => {
    const { invoke, observability, lines } = functionOf(async () => {
      observability.meter.measure('ChunksParked');
      return { status: 200, body: {} };
    });
    await invoke();
    expect(lines()).toContainEqual(expect.objectContaining({ ChunksParked: 1 }));
  });

  it('answers a problem as problem+json, with its wait as a header', async () => {
    const shown = problem('unknown-card', { detail: 'No.', retryAfterSeconds: 2 });
    const answer = await functionOf(async () => ({ problem: shown })).invoke();
    expect(answer).toMatchObject({
      statusCode: 404,
      headers: { 'content-type': 'application/problem+json; charset=utf-8', 'retry-after': '2' },
    });
    expect(JSON.parse(answer.body)).toEqual({
      type: '/problems/unknown-card',
      title: 'Nothing is known of this card yet',
      status: 404,
      detail: 'No.',
    });
  });

  it('answers 503 when the ledger fails, logged once', async () => {
    const { invoke, events, lines } = functionOf(async () => {
      throw new LedgerFault('readRequest', 'ThrottlingException');
    });
    const answer = await invoke();
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
    expect(JSON.parse(answer.body)).toMatchObject({ type: '/problems/ledger-unavailable' });
    expect(events()).toEqual(['ledger_unavailable', undefined]);
    expect(lines()[1]).toMatchObject({ LedgerUnavailable: 1 });
  });

  it('answers 500 to anything else that is thrown: with API Gateway’s request ID, nothing of the inside, logged once', async () => {
    const { invoke, lines } = functionOf(async () => {
      throw new TypeError('secret inside');
    });
    const answer = await invoke();
    expect(answer.statusCode).toBe(500);
    expect(JSON.parse(answer.body)).toMatchObject({
      type: '/problems/internal-error',
      apiRequestId: 'JKJaXmPLvHcESHA=',
    });
    expect(answer.body).not.toMatch(/secret inside|TypeError|\.ts/);
    expect(lines()).toEqual([
      expect.objectContaining({
        event: 'api_failed',
        apiRequestId: 'JKJaXmPLvHcESHA=',
        error: expect.objectContaining({ message: 'secret inside' }),
      }),
      expect.objectContaining({ Faults: 1 }),
    ]);
  });

  it('answers 500 to what is no event of API Gateway', async () => {
    const { invoke, events } = functionOf(async () => ({ status: 200, body: {} }));
    expect(await invoke({ Records: [] })).toMatchObject({ statusCode: 500 });
    expect(events()).toEqual(['api_failed', undefined]);
  });

  it('logs each answer with its route and without its path, under the IDs of the invocation', async () => {
    const { invoke, lines, text } = functionOf(async () => ({ problem: problem('unknown-card', { detail: 'No.' }) }));
    await invoke(apiEvent('GET /v1/cards/{par}', { rawPath: `/v1/cards/${aPar()}`, pathParameters: { par: aPar() } }));
    expect(lines()).toEqual([
      expect.objectContaining({
        event: 'api_answered',
        route: 'GET /v1/cards/{par}',
        httpStatus: 404,
        problem: '/problems/unknown-card',
        apiRequestId: 'JKJaXmPLvHcESHA=',
        function_request_id: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      }),
    ]);
    expect(text()).not.toContain(aPar());
  });

  it('carries nothing of one invocation into the log of the next', async () => {
    let fails = true;
    const { invoke, lines } = functionOf(async () => {
      if (fails) throw new Error('once');
      return { status: 200, body: {} };
    });
    await invoke();
    fails = false;
    const { requestContext, ...event } = apiEvent('GET /v1/cards/{par}');
    await invoke({ ...event, requestContext: { ...requestContext, requestId: 'the-next' } });
    expect(lines().at(-1)).toMatchObject({ event: 'api_answered', apiRequestId: 'the-next' });
    expect(await invoke({})).toMatchObject({ statusCode: 500 });
    expect(lines().at(-2)).toMatchObject({ event: 'api_failed' });
    expect(lines().at(-2)).not.toHaveProperty('apiRequestId');
  });
});
