import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCorporation, aPar } from '../support/builders.ts';
import { simulatedCredentials } from '../support/kona-simulator/credentials.ts';
import { type Gateway, openGateway, shown, statusesOf } from './gateway.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

let parsUsed = 0;
const freshPars = (count: number): string[] =>
  Array.from({ length: count }, () => {
    parsUsed += 1;
    return aPar(parsUsed);
  });
const withEnding = (ending: string): string => `${freshPars(1)[0]?.slice(0, -4)}${ending}`;
const orderOf = (parList: readonly string[]) => ({ ...aCorporation(), parList });
const calls = (): number => gateway.simulator.requests().length;

describe('an order that KONA PLATE answers in time', () => {
  // failures: F137
  it('is answered 200 with the truth about every card, and traced from card and call', async () => {
    const [good = '', other = ''] = freshPars(2);
    const parList = [good, withEnding('DEAD'), withEnding('BEEF'), other];
    const { status, body } = await gateway.post(orderOf(parList), { 'idempotency-key': 'order-1' });
    expect(status).toBe(200);
    expect(statusesOf(body)).toEqual(['named', 'not_found', 'already_named', 'named']);
    expect(body).toMatchObject({
      status: 'settled',
      source: 'api',
      counts: { total: 4, open: 0, named: 2, alreadyNamed: 1, notFound: 1, rejected: 0, unresolved: 0 },
      nextCursor: null,
    });
    expect(gateway.simulator.violations()).toEqual([]);
    const { requestId, results } = shown(body);
    const again = await gateway.get(`/v1/limit-increases/${requestId}`);
    expect(shown(again.body).results).toEqual(shown(body).results);
    const call = await gateway.get(`/v1/calls/${results[0]?.correlationId}`);
    expect(call.body).toMatchObject({ requestId, outcome: 'answered', pars: expect.arrayContaining([good]) });
    const card = await gateway.get(`/v1/cards/${good}`);
    expect(card.body).toMatchObject({ par: good, status: 'named', history: [{ requestId, status: 'named' }] });
  });

  // failures: F123
  it('begins no further call when it is repeated, in whatever order its fields and cards stand', async () => {
    const order = orderOf(freshPars(3));
    const first = await gateway.post(order, { 'idempotency-key': 'repeated' });
    const before = calls();
    const { parList, ...corporation } = order;
    const turned = { parList: [...parList].reverse(), ...corporation };
    const second = await gateway.post(turned, { 'idempotency-key': 'repeated' });
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect(calls()).toBe(before);
    const other = await gateway.post(orderOf(freshPars(1)), { 'idempotency-key': 'repeated' });
    expect(other).toMatchObject({ status: 422, body: { type: '/problems/idempotency-key-reused' } });
    expect(calls()).toBe(before);
  });

  // failures: F120
  it('is one request when it comes twice at once', async () => {
    const order = orderOf(freshPars(2));
    const before = calls();
    const twice = [
      gateway.post(order, { 'idempotency-key': 'at-once' }),
      gateway.post(order, { 'idempotency-key': 'at-once' }),
    ];
    const [one, two] = await Promise.all(twice);
    expect(shown(one?.body).requestId).toBe(shown(two?.body).requestId);
    expect(calls()).toBe(before + 1);
  });

  it('takes 1,000 cards, and pages through them', async () => {
    const parList = freshPars(1_000);
    const { status, body } = await gateway.post(orderOf(parList), { 'idempotency-key': 'thousand' });
    expect([200, 202]).toContain(status);
    const seen: string[] = [];
    let page = shown(body);
    for (;;) {
      seen.push(...page.results.map(({ par }) => par));
      if (page.nextCursor === null) break;
      const path = `/v1/limit-increases/${page.requestId}?limit=300&cursor=${page.nextCursor}`;
      page = shown((await gateway.get(path)).body);
    }
    expect(seen).toEqual(parList);
  });
});

describe('an order that KONA PLATE leaves in the dark', () => {
  // failures: F085
  it('is answered 202 when a call times out after taking effect, and reconciled to the truth', async () => {
    const faded = withEnding('FADE');
    const { status, headers, body } = await gateway.post(orderOf([faded]), { 'idempotency-key': 'faded' });
    expect(status).toBe(202);
    const { requestId } = shown(body);
    expect(headers.get('location')).toBe(`/v1/limit-increases/${requestId}`);
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    const settled = await gateway.untilSettled(requestId);
    expect(settled).toMatchObject({ results: [{ status: 'already_named', namedBy: 'presumed_this_corporation' }] });
  });

  it('is answered 202 while KONA PLATE refuses connections, and carried out once it is back', async () => {
    await gateway.simulator.goDark();
    const { status, body } = await gateway.post(orderOf(freshPars(2)), { 'idempotency-key': 'dark' });
    expect(status).toBe(202);
    await gateway.simulator.comeBack();
    expect(statusesOf(await gateway.untilSettled(shown(body).requestId))).toEqual(['named', 'named']);
  });

  // failures: F130
  it('is carried out though its caller hung up', async () => {
    gateway.simulator.misbehaveNext({ kind: 'hang', when: 'after' });
    const before = calls();
    const order = orderOf(freshPars(2));
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'hung-up' };
    const url = new URL('/v1/limit-increases', gateway.cloud.apiUrl);
    const hangUp = new AbortController();
    const body = JSON.stringify(order);
    const posted = fetch(url, { method: 'POST', headers, body, signal: hangUp.signal });
    await expect.poll(calls, { interval: 10, timeout: 10_000 }).toBe(before + 1);
    hangUp.abort();
    await expect(posted).rejects.toThrow();
    const again = await gateway.post(order, { 'idempotency-key': 'hung-up' });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const settled = await gateway.untilSettled(shown(again.body).requestId);
    expect(statusesOf(settled)).toEqual(['already_named', 'already_named']);
  });

  // failures: F077
  it('leaves the cards open while our key is refused, and goes on with a rotated one', async () => {
    const rotated = { ...simulatedCredentials, secretKey: 'rotated-secret-that-guards-nothing' };
    gateway.simulator.setCredentials([rotated]);
    const { status, body } = await gateway.post(orderOf(freshPars(1)), { 'idempotency-key': 'rotated' });
    expect(status).toBe(202);
    gateway.cloud.putSecret(JSON.stringify(rotated));
    expect(statusesOf(await gateway.untilSettled(shown(body).requestId))).toEqual(['named']);
  });

  // failures: F002
  it('stays open with a time of its next try when its process is killed in the middle of a call, and a repeat begins none', async () => {
    gateway.simulator.misbehaveNext({ kind: 'hang', when: 'after' });
    const order = orderOf(freshPars(3));
    const before = calls();
    const posted = gateway.post(order, { 'idempotency-key': 'killed' });
    await expect.poll(calls, { interval: 10 }).toBe(before + 1);
    expect(gateway.cloud.killFunction('request-limit-increase')).toBeGreaterThan(0);
    expect((await posted).status).toBeGreaterThanOrEqual(500);
    const repeated = await gateway.post(order, { 'idempotency-key': 'killed' });
    expect(repeated).toMatchObject({ status: 202, body: { counts: { open: 3 } } });
    expect(repeated.body).toMatchObject({
      results: Array(3).fill({ status: 'open', nextCheckAt: expect.any(String) }),
    });
    expect(calls()).toBe(before + 1);
  });
});

describe('what leaves the gateway', () => {
  // failures: F138
  it('holds no secret, no token and no whole PAR in any log', () => {
    const lines = [
      ...['request-limit-increase', 'query-ledger', 'reconcile'].flatMap((name) => gateway.cloud.logs(name)),
      ...gateway.cloud.accessLog(),
    ].join('\n');
    expect(lines).toContain('correlationId');
    const { accessKey, secretKey } = simulatedCredentials;
    for (const secret of [accessKey, secretKey, 'rotated-secret-that-guards-nothing', 'KMV1:'])
      expect(lines).not.toContain(secret);
    expect(lines.match(/Q1[0-9A-Z]{25}/)).toBeNull();
  });
});
