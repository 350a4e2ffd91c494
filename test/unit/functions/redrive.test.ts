import { describe, expect, it } from 'vitest';
import { createPostRedrive } from '../../../functions/redrive/redrive.ts';
import { apiFunction } from '../../../shared/lambda/api-function.ts';
import { LedgerFault } from '../../../shared/ledger/faults.ts';
import type { createRedrive, RedriveEnd } from '../../../shared/limit-increase/redrive.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { openRedriveWorld } from '../limit-increase/redrive-world.ts';
import { listening } from '../observability/listening.ts';
import { apiEvent, lambdaContext } from './api-event.ts';

const route = 'POST /v1/limit-increases/{requestId}/redrive';

type Redrive = ReturnType<typeof createRedrive>;

async function functionWith(redrive: Redrive) {
  const heard = listening();
  const { observability } = heard;
  const { ledger, clock, request } = await openRedriveWorld();
  const { requestId = '' } = (await request()) ?? {};
  const handle = createPostRedrive({ redrive, ledger, clock });
  const handler = apiFunction({ observability, clock }, { answerWithinMs: 20_000, handle });
  const post = async (over: object = {}) => {
    const answer = await handler(apiEvent(route, { pathParameters: { requestId }, ...over }), lambdaContext());
    return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
  };
  return { ...heard, post, ledger, requestId };
}

const ending = (end: RedriveEnd) => functionWith(async () => end);

describe('POST of a redrive', () => {
  it('hands on which request it is, who calls, session and all, and a deadline', async () => {
    const seen: unknown[] = [];
    const { post, requestId } = await functionWith(async (...given) => {
      seen.push(...given);
      return 'redriven';
    });
    await post();
    const by = 'arn:aws:sts::123456789012:assumed-role/Billing/billing';
    expect(seen).toEqual([{ requestId, by, statuses: ['unresolved'] }, aMoment + 19_000]);
  });

  it('is a 202 with the request as it stands, where to ask, and when', async () => {
    const { post, requestId } = await ending('redriven');
    const { status, headers, body } = await post();
    expect([status, headers]).toMatchObject([
      202,
      { location: `/v1/limit-increases/${requestId}`, 'retry-after': '5' },
    ]);
    expect(body).toMatchObject({ requestId, counts: { total: 6, unresolved: 3 }, nextCursor: null });
    expect(body.results).toHaveLength(6);
  });

  it.each([
    ['unknown_request', 404, '/problems/unknown-request'],
    ['nothing_unresolved', 409, '/problems/nothing-unresolved'],
    ['not_settled', 409, '/problems/not-settled'],
  ] as const)('that ends %s is a %d', async (end, status, type) => {
    const { post, requestId } = await ending(end);
    expect(await post()).toMatchObject({ status, body: { type, requestId } });
  });

  it.each([['{}'], [' { } '], [''], [Buffer.from('{}').toString('base64'), true]])(
    'may have a body that says nothing: %j',
    async (body, isBase64Encoded = false) => {
      const { post } = await ending('redriven');
      expect((await post({ body, isBase64Encoded })).status).toBe(202);
    },
  );

  it('hands on the statuses of its body', async () => {
    const seen: unknown[] = [];
    const { post } = await functionWith(async ({ statuses }) => {
      seen.push(statuses);
      return 'redriven';
    });
    await post({ body: '{"statuses":["not_found","unresolved"]}' });
    expect(seen).toEqual([['unresolved', 'not_found']]);
  });

  it('with a malformed body is a 400 that lists its errors, and nothing is done', async () => {
    const { post } = await functionWith(async () => {
      throw new Error('it is not called');
    });
    expect(await post({ body: '{"statuses":["named"],"cards":1}' })).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-redrive', errors: [{ pointer: '/statuses/0' }, { pointer: '/cards' }] },
    });
  });

  it('names the asked statuses when no card has one of them', async () => {
    const { post } = await ending('nothing_unresolved');
    const { body } = await post({ body: '{"statuses":["rejected","not_found"]}' });
    expect(body.detail).toContain('rejected or not_found');
  });

  // failures: F017
  it('says what another redrive reopened instead, and what to ask for when it has ended', async () => {
    const { post, ledger, requestId } = await ending('other_statuses');
    const redrive = { by: 'arn:kim', at: aMoment, cards: 3, statuses: ['unresolved'] } as const;
    await ledger.beginRedrive(requestId, { number: 1, redrive, earlier: [], dueAt: aMoment });
    const refused = await post({ body: '{"statuses":["unresolved","rejected"]}' });
    expect(refused).toMatchObject({ status: 409, body: { type: '/problems/not-settled', requestId } });
    expect(refused.body.detail).toBe(
      'Another redrive came first: arn:kim reopened the cards that were unresolved. Wait until the limit increase is settled, then redrive it with {"statuses":["rejected"]}.',
    );
  });

  it('of what is no request ID is a 400', async () => {
    const { post } = await ending('redriven');
    const refused = await post({ pathParameters: { requestId: 'x' } });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ parameter: 'requestId' }] } });
  });

  it('is a 503 when the ledger is away', async () => {
    const { post } = await functionWith(async () => {
      throw new LedgerFault('beginRedrive', 'it is away');
    });
    expect(await post()).toMatchObject({ status: 503, body: { type: '/problems/ledger-unavailable' } });
  });
});
