import { describe, expect, it } from 'vitest';
import { createQueryLedger, type QueryLedgerDeps } from '../../../functions/query-ledger/query-ledger.ts';
import { apiFunction } from '../../../shared/lambda/api-function.ts';
import type { CallRecord, CardEntry } from '../../../shared/limit-increase/ports.ts';
import {
  aCall,
  aChunk,
  aCorporation,
  aCorrelationId,
  anEndedCall,
  aPar,
  aRequest,
  aRequestId,
  aResult,
  aSettledState,
  aState,
  pars,
  retention,
} from '../../support/builders.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { listening } from '../observability/listening.ts';
import { apiEvent, lambdaContext } from './api-event.ts';

const at = '2026-11-22T01:15:00.000Z';
const { bizLicenseNo, registrationNumber } = aCorporation();

const results = new Map([
  [0, aResult({ updatedAt: aMoment })],
  [
    1,
    aResult({
      status: 'already_named',
      code: '003_050',
      message: 'done',
      returnMessage: undefined,
      updatedAt: aMoment,
    }),
  ],
]);
const stored = { chunk: aChunk({ pars: pars(3) }), state: aState(3, { results, dueAt: aMoment + 60_000 }) };
const call: CallRecord = { ...aCall(), chunk: stored.chunk.ref, ended: anEndedCall() };
const named: CardEntry = {
  ...{ entry: 'result', par: aPar(1), requestId: aRequestId, acceptedAt: aMoment, updatedAt: aMoment, status: 'named' },
  expiresAt: retention(aMoment),
  ...{ bizLicenseNo, registrationNumber, code: '000_000', correlationId: aCorrelationId(), returnMessage: 'Success' },
};

const ledger: QueryLedgerDeps['ledger'] = {
  readRequest: async (requestId) =>
    requestId === aRequestId
      ? {
          request: aRequest({ cardsTotal: 3 }),
          counts: { named: 1, already_named: 1, not_found: 0, rejected: 0, unresolved: 0 },
        }
      : undefined,
  readChunk: async ({ requestId, chunkNumber }) => (requestId === aRequestId && chunkNumber === 1 ? stored : undefined),
  readCall: async (correlationId) => (correlationId === call.correlationId ? call : undefined),
  readCardHistory: async (par) => (par === aPar(1) ? [named] : []),
  listUploads: async () => ({ entries: [], last: true }),
};

async function ask(route: string, pathParameters: object = {}, queryStringParameters: object | undefined = undefined) {
  const clock = createFixedClock();
  const { observability } = listening();
  const handler = apiFunction({ observability, clock }, { handle: createQueryLedger({ ledger, clock }) });
  const query = queryStringParameters && { queryStringParameters };
  const answer = await handler(apiEvent(route, { pathParameters, ...query }), lambdaContext());
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}

const requestRoute = 'GET /v1/limit-increases/{requestId}';

describe('GET of a limit increase', () => {
  it('shows it with its counts and a page of its cards', async () => {
    expect(await ask(requestRoute, { requestId: aRequestId })).toEqual({
      status: 200,
      body: {
        ...{ requestId: aRequestId, status: 'open', source: 'api', createdAt: at, updatedAt: at },
        corporation: aCorporation(),
        counts: { total: 3, open: 1, named: 1, alreadyNamed: 1, notFound: 0, rejected: 0, unresolved: 0 },
        results: [
          {
            ...{ par: aPar(1), status: 'named', code: '000_000', message: 'success', returnMessage: 'Success' },
            ...{ correlationId: aCorrelationId(), updatedAt: at },
          },
          {
            ...{ par: aPar(2), status: 'already_named', namedBy: 'elsewhere', code: '003_050', message: 'done' },
            ...{ correlationId: aCorrelationId(), updatedAt: at },
          },
          { par: aPar(3), status: 'open', updatedAt: at, nextCheckAt: '2026-11-22T01:16:00.000Z' },
        ],
        nextCursor: null,
      },
    });
  });

  it('leads from page to page, of one status if that is asked for', async () => {
    const first = await ask(requestRoute, { requestId: aRequestId }, { limit: '2' });
    expect(first.body.results).toHaveLength(2);
    const cursor = first.body.nextCursor;
    const second = await ask(requestRoute, { requestId: aRequestId }, { limit: '2', cursor });
    expect(second.body).toMatchObject({ results: [{ par: aPar(3) }], nextCursor: null });
    const open = await ask(requestRoute, { requestId: aRequestId }, { status: 'open' });
    expect(open.body.results).toEqual(second.body.results);
  });

  it('is a 404 if there is none, and a 400 with every fault if it is asked for wrongly', async () => {
    const none = await ask(requestRoute, { requestId: '0'.repeat(26) });
    expect(none).toMatchObject({ status: 404, body: { type: '/problems/unknown-request' } });
    const wrong = await ask(requestRoute, { requestId: `${aRequestId}I` }, { limit: '0', status: 'x', cursor: 'y' });
    expect(wrong).toMatchObject({
      status: 400,
      body: {
        type: '/problems/invalid-parameter',
        errors: ['requestId', 'cursor', 'limit', 'status'].map((parameter) => ({
          parameter,
          detail: expect.any(String),
        })),
      },
    });
  });
});

describe('GET of a card', () => {
  it('shows its status and its history', async () => {
    expect(await ask('GET /v1/cards/{par}', { par: aPar(1) })).toEqual({
      status: 200,
      body: {
        par: aPar(1),
        status: 'named',
        history: [
          {
            ...{ requestId: aRequestId, status: 'named', code: '000_000', returnMessage: 'Success' },
            ...{ correlationId: aCorrelationId(), bizLicenseNo, updatedAt: at },
          },
        ],
      },
    });
  });

  it.each([
    [aPar(7), 404, '/problems/unknown-card'],
    [aPar(7).toLowerCase(), 400, '/problems/invalid-parameter'],
    [`${aPar(7)}0`, 400, '/problems/invalid-parameter'],
    [`${aPar(7)}\n`, 400, '/problems/invalid-parameter'],
  ])('of %j is a %d', async (par, status, type) => {
    expect(await ask('GET /v1/cards/{par}', { par })).toMatchObject({ status, body: { type } });
  });
});

describe('GET of a call', () => {
  it('shows when it was, for which cards, and what it came to', async () => {
    expect(await ask('GET /v1/calls/{correlationId}', { correlationId: call.correlationId })).toEqual({
      status: 200,
      body: {
        ...{ correlationId: call.correlationId, requestId: aRequestId, chunk: 1, outcome: 'answered' },
        ...{ reading: 'success', httpStatus: 200, code: '000_000', description: 'success' },
        ...{ startedAt: at, finishedAt: '2026-11-22T01:15:00.250Z', durationMs: 250, pars: pars(2) },
      },
    });
  });

  it.each([
    [aCorrelationId(99), 404, '/problems/unknown-call'],
    ['261122101500-0A1B2C3', 400, '/problems/invalid-parameter'],
    ['x', 400, '/problems/invalid-parameter'],
  ])('of %j is a %d', async (correlationId, status, type) => {
    expect(await ask('GET /v1/calls/{correlationId}', { correlationId })).toMatchObject({ status, body: { type } });
  });
});

describe('a call whose outcome is not recorded yet', () => {
  it('is shown as sent', async () => {
    const { ended: _, ...open } = call;
    const query = createQueryLedger({ ledger: { ...ledger, readCall: async () => open }, clock: createFixedClock() });
    const request = {
      headers: {},
      queryStringParameters: {},
      isBase64Encoded: false,
      requestContext: { requestId: 'r' },
    };
    const pathParameters = { correlationId: call.correlationId };
    const answer = await query({ ...request, routeKey: 'GET /v1/calls/{correlationId}', pathParameters }, aMoment);
    expect(answer).toMatchObject({ status: 200, body: { outcome: 'sent', finishedAt: undefined, pars: pars(2) } });
  });
});

describe('a call whose chunk may be forgotten', () => {
  const dayMs = 86_400_000;
  const later = (acceptedAt: number) => ({ chunk: aChunk({ acceptedAt }), state: aSettledState() });

  it.each([
    ['has been deleted', 404, undefined],
    ['has been replaced by that of a later request under the same key', 404, later(call.startedAt + dayMs)],
    ['was accepted by a clock that is ahead', 200, later(call.startedAt + dayMs - 1)],
  ])('as it %s: %d', async (_, status, found) => {
    const query = createQueryLedger({ ledger: { ...ledger, readChunk: async () => found }, clock: createFixedClock() });
    const pathParameters = { correlationId: call.correlationId };
    const none = { headers: {}, queryStringParameters: {}, isBase64Encoded: false, requestContext: { requestId: 'r' } };
    const answer = await query({ ...none, routeKey: 'GET /v1/calls/{correlationId}', pathParameters }, aMoment);
    expect('problem' in answer ? answer.problem.status : answer.status).toBe(status);
  });
});

describe('a route that there is not', () => {
  it('is a 404 that names those that there are', async () => {
    const { status, body } = await ask('$default');
    expect(status).toBe(404);
    expect(body).toMatchObject({ type: '/problems/unknown-route' });
    expect(body.detail).toContain(
      'POST /v1/limit-increases, GET /v1/limit-increases, GET /v1/limit-increases/{requestId}',
    );
  });
});
