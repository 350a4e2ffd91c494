import { describe, expect, it } from 'vitest';
import {
  createPostLimitIncrease,
  type PostLimitIncreaseDeps,
} from '../../../functions/request-limit-increase/request-limit-increase.ts';
import { apiFunction } from '../../../shared/lambda/api-function.ts';
import { LedgerFault } from '../../../shared/ledger/faults.ts';
import { cutChunks } from '../../../shared/limit-increase/chunk.ts';
import { countResults } from '../../../shared/limit-increase/counts.ts';
import type { StoredChunk } from '../../../shared/limit-increase/ports.ts';
import type { OrderResult } from '../../../shared/limit-increase/request-limit-increase.ts';
import type { FinalCardStatus, Instant, Par } from '../../../shared/limit-increase/terms.ts';
import {
  aChunk,
  aCorporation,
  aPar,
  aRequest,
  aRequestId,
  aResult,
  aState,
  pars,
  retention,
} from '../../support/builders.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { listening } from '../observability/listening.ts';
import { apiEvent, lambdaContext } from './api-event.ts';

/** An order of one chunk whose cards have the given statuses; `undefined` for an open one. */
function orderedWith(statuses: readonly (FinalCardStatus | undefined)[], replayed = false): OrderResult {
  const results = new Map(statuses.flatMap((status, at) => (status ? [[at, aResult({ status })]] : [])));
  const chunk = aChunk({ pars: pars(statuses.length) });
  return orderedAs([{ chunk, state: aState(statuses.length, { results, dueAt: aMoment + 60_000 }) }], replayed);
}

function orderedAs(chunks: readonly StoredChunk[], replayed = false): OrderResult {
  const cardsTotal = chunks.reduce((sum, { chunk }) => sum + chunk.pars.length, 0);
  const counts = countResults(chunks.flatMap(({ state }) => [...state.results.values()]));
  const request = aRequest({ cardsTotal, chunksTotal: chunks.length });
  return { result: 'ordered', replayed, request, counts, chunks };
}

function functionWith(
  requestLimitIncrease: PostLimitIncreaseDeps['requestLimitIncrease'],
  over: Partial<PostLimitIncreaseDeps> = {},
) {
  const heard = listening();
  const { observability } = heard;
  const clock = createFixedClock();
  const readNamedBy: PostLimitIncreaseDeps['readNamedBy'] = async (cards) =>
    cards.map((card) => (card.status === 'already_named' ? { ...card, namedBy: 'elsewhere' } : card));
  const deps = { requestLimitIncrease, readNamedBy, clock, log: observability.log, ...over };
  const handler = apiFunction(
    { observability, clock },
    { answerWithinMs: 25_000, handle: createPostLimitIncrease(deps) },
  );
  const post = async (
    body: unknown = { ...aCorporation(), parList: pars(2) },
    headers: object = { 'idempotency-key': 'order-1' },
  ) => {
    const event = apiEvent('POST /v1/limit-increases', { body: JSON.stringify(body) });
    const answer = await handler({ ...event, headers: { ...event.headers, ...headers } }, lambdaContext());
    return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
  };
  return { ...heard, post };
}

describe('POST of a limit increase', () => {
  it('hands on the order, whose it is, its key, and a deadline a second before the promised answer', async () => {
    const seen: unknown[] = [];
    const { post } = functionWith(async (...given) => {
      seen.push(...given);
      return orderedWith(['named']);
    });
    await post({ ...aCorporation({ bizLicenseNo: '116-82-00276' }), parList: [aPar(2), aPar(1), aPar(2)] });
    expect(seen).toEqual([
      { corporation: aCorporation(), parList: [aPar(2), aPar(1)] },
      { scope: '123456789012/AROAEXAMPLE', idempotencyKey: 'order-1' },
      aMoment + 24_000,
    ]);
  });

  it('is a 200 with each card’s status when all are final', async () => {
    const { post } = functionWith(async () => orderedWith(['named', 'already_named', 'not_found', 'rejected']));
    const { status, headers, body } = await post();
    expect(status).toBe(200);
    expect(Object.keys(headers).sort()).toEqual(['cache-control', 'content-type']);
    expect(body).toMatchObject({
      counts: { total: 4, open: 0, named: 1, alreadyNamed: 1, notFound: 1, rejected: 1, unresolved: 0 },
      results: [{ status: 'named' }, { status: 'already_named', namedBy: 'elsewhere' }, {}, {}],
      nextCursor: null,
    });
  });

  it('is a 202 that says where to ask and when, while a card is open', async () => {
    const { post, lines } = functionWith(async () => orderedWith(['named', undefined]));
    const { status, headers, body } = await post();
    expect(status).toBe(202);
    expect(headers).toMatchObject({ location: `/v1/limit-increases/${aRequestId}`, 'retry-after': '60' });
    expect(body.results[1]).toMatchObject({ status: 'open', nextCheckAt: '2026-11-22T01:16:00.000Z' });
    expect(lines()[0]).toMatchObject({ event: 'order_answered', requestId: aRequestId, open: 1, replayed: false });
  });

  it('says that it is a replay', async () => {
    const { post } = functionWith(async () => orderedWith(['named'], true));
    expect((await post()).headers).toMatchObject({ 'idempotent-replayed': 'true' });
  });

  it('shows the first hundred cards of more, and a cursor to the others', async () => {
    const acceptedAt: Instant = aMoment;
    const cut = {
      requestId: aRequestId,
      acceptedAt,
      expiresAt: retention(acceptedAt),
      corporation: aCorporation(),
      dueAt: aMoment,
    };
    const { post } = functionWith(async () => orderedAs(cutChunks({ ...cut, pars: pars(250) })));
    const { body } = await post();
    expect(body.results.map(({ par }: { par: Par }) => par)).toEqual(pars(100));
    expect(body.nextCursor).toEqual(expect.any(String));
  });

  // failures: F121
  it('is a 422 that names the other order when the key was used for one', async () => {
    const { post } = functionWith(async () => ({ result: 'key_reused', requestId: aRequestId }));
    const { status, body } = await post();
    expect(status).toBe(422);
    expect(body).toMatchObject({ type: '/problems/idempotency-key-reused', requestId: aRequestId });
  });

  it('is a 503 with a time to repeat it when the order could not be made durable', async () => {
    const { post } = functionWith(() => Promise.reject(new LedgerFault('accept', 'ThrottlingException')));
    const { status, headers, body } = await post();
    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '5' });
    expect(body.detail).toContain('Idempotency-Key');
  });

  it('orders nothing when the order has faults', async () => {
    let orders = 0;
    const { post } = functionWith(async () => {
      orders += 1;
      return orderedWith(['named']);
    });
    const { status, body } = await post({ parList: ['x'] }, {});
    expect(status).toBe(400);
    expect(body.errors).toHaveLength(5);
    expect(orders).toBe(0);
  });

  it('is answered without namedBy when whose naming it was cannot be read', async () => {
    const readNamedBy = () => Promise.reject(new LedgerFault('readCardHistory', 'ThrottlingException'));
    const { post, lines } = functionWith(async () => orderedWith(['already_named']), { readNamedBy });
    const { status, body } = await post();
    expect(status).toBe(200);
    expect(body.results[0]).not.toHaveProperty('namedBy');
    expect(lines()[0]).toMatchObject({
      event: 'named_by_unread',
      requestId: aRequestId,
      error: { name: 'LedgerFault' },
    });
  });

  it('is a 500 where no IAM authorizer stands before it', async () => {
    const { observability, lines } = listening();
    const clock = createFixedClock();
    const requestLimitIncrease = async () => orderedWith(['named']);
    const readNamedBy: PostLimitIncreaseDeps['readNamedBy'] = async (cards) => [...cards];
    const handle = createPostLimitIncrease({ requestLimitIncrease, readNamedBy, clock, log: observability.log });
    const event = apiEvent('POST /v1/limit-increases', { requestContext: { requestId: 'r' } });
    expect(await apiFunction({ observability, clock }, { handle })(event, lambdaContext())).toMatchObject({
      statusCode: 500,
    });
    expect(lines()[0]).toMatchObject({ event: 'api_failed', error: { name: 'CallerMissing' } });
  });
});
