import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aCorporation, aPar } from '../support/builders.ts';
import { type Gateway, openGateway, shown, statusesOf } from './gateway.ts';

// DynamoDB on its bad days, at the door in front of it. Whatever it does, an order ends in the truth, and KONA PLATE is
// called once where once is enough.

let gateway: Gateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterEach(() => gateway.cloud.dynamodbFaults.clear());
afterAll(() => gateway.close());

let parsUsed = 0;
const freshOrder = (cards = 2) => {
  const parList = Array.from({ length: cards }, () => {
    parsUsed += 1;
    return aPar(parsUsed);
  });
  return { ...aCorporation(), parList };
};
let keysUsed = 0;
const freshKey = () => {
  keysUsed += 1;
  return { 'idempotency-key': `faults-${keysUsed}` };
};

const calls = (): number => gateway.simulator.requests().length;
const faults = (): Gateway['cloud']['dynamodbFaults'] => gateway.cloud.dynamodbFaults;
/** As often as the SDK of a function tries. */
const tries = 3;
const write = { operation: 'TransactWriteItems', caller: 'request-limit-increase' };
type Rule = Parameters<ReturnType<typeof faults>['set']>[0][number];

/** With the cards of the order, if they are not five: more than ten are not settled in one write. */
const passing: readonly [string, Rule, number?][] = [
  ['throttles it twice', { ...write, fault: { kind: 'throttle' }, times: 2 }],
  [
    'throttles it as a provisioned table does',
    { ...write, fault: { kind: 'throttle', error: 'ProvisionedThroughputExceededException' }, times: 2 },
  ],
  ['cancels its transactions for a conflict', { ...write, fault: { kind: 'transaction_conflict' }, times: 3 }],
  ['accepts it and resets the connection', { ...write, fault: { kind: 'lost_acknowledgement' }, times: 1 }],
  [
    'accepts it and answers 500',
    { ...write, fault: { kind: 'lost_acknowledgement', as: 'server_error' }, times: tries - 1 },
  ],
  [
    'records the outcome of its call and resets the connection',
    { ...write, fault: { kind: 'lost_acknowledgement' }, skip: 1, times: 1 },
  ],
  ['takes one item of every batch', { fault: { kind: 'unprocessed_items', taken: 1 }, times: 3 }, 12],
  ['takes no item of two batches', { fault: { kind: 'unprocessed_items' }, times: 2 }, 12],
  ['conflicts over single items', { operation: 'UpdateItem', fault: { kind: 'transaction_conflict' }, times: 2 }, 12],
  ['answers slowly', { fault: { kind: 'slow', ms: 200 } }],
  ['accepts it and answers when nobody waits any more', { ...write, fault: { kind: 'slow', ms: 2_500 }, times: 1 }],
];

describe('an order is answered 200 with the truth, after one call, when DynamoDB', () => {
  it.each(passing)('%s', async (_, rule, cards = 5) => {
    const [order, key, before] = [freshOrder(cards), freshKey(), calls()];
    faults().set([rule]);
    const { status, body } = await gateway.post(order, key);
    expect(faults().struck()).toBeGreaterThanOrEqual(rule.times ?? 1);
    faults().clear();
    expect([status, statusesOf(body)]).toEqual([200, Array(cards).fill('named')]);
    for (const par of order.parList) {
      expect((await gateway.get(`/v1/cards/${par}`)).body).toMatchObject({ status: 'named' });
      expect(gateway.simulator.card(par)).toMatchObject({ state: 'named' });
    }
    const again = await gateway.post(order, key);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect([shown(again.body).requestId, calls()]).toEqual([shown(body).requestId, before + 1]);
  });
});

describe('an order that cannot be made durable', () => {
  // failures: F103
  it('is answered 503 before any call, leaves nothing behind, and can be repeated', async () => {
    const [order, key, before, itemsBefore] = [freshOrder(), freshKey(), calls(), await gateway.itemsWritten()];
    faults().set([{ ...write, fault: { kind: 'throttle' } }]);
    const refused = await gateway.post(order, key);
    expect(refused).toMatchObject({ status: 503, body: { type: '/problems/ledger-unavailable' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(faults().struck()).toBe(tries);
    expect([calls(), await gateway.itemsWritten()]).toEqual([before, itemsBefore]);
    faults().clear();
    const repeated = await gateway.post(order, key);
    expect([repeated.status, statusesOf(repeated.body), calls()]).toEqual([200, ['named', 'named'], before + 1]);
  });
});

describe('an order of which nobody knows', () => {
  it('because every acknowledgement of its acceptance was lost is answered 503, stands, and is never carried out twice', async () => {
    const [order, key, before] = [freshOrder(), freshKey(), calls()];
    faults().set([{ ...write, fault: { kind: 'lost_acknowledgement' }, times: tries }]);
    expect(await gateway.post(order, key)).toMatchObject({ status: 503 });
    expect(faults().struck()).toBe(tries);
    const repeated = await gateway.post(order, key);
    expect(repeated.headers.get('idempotent-replayed')).toBe('true');
    expect([repeated.status, statusesOf(repeated.body)]).toEqual([202, ['open', 'open']]);
    // Whoever was told 503 may have a call in flight: until the lease ends nobody else begins one.
    await gateway.cloud.invoke('reconcile');
    expect(calls()).toBe(before);
  });

  // failures: F104
  it('because the outcome of its call could not be recorded is answered 202, and not asked for again while it is leased', async () => {
    const [order, key, before] = [freshOrder(), freshKey(), calls()];
    faults().set([{ ...write, fault: { kind: 'throttle' }, skip: 1 }]);
    const answered = await gateway.post(order, key);
    expect([answered.status, statusesOf(answered.body)]).toEqual([202, ['open', 'open']]);
    expect(faults().struck()).toBeGreaterThan(tries);
    faults().clear();
    await gateway.cloud.invoke('reconcile');
    const repeated = await gateway.post(order, key);
    expect(repeated).toMatchObject({ status: 202, body: { requestId: shown(answered.body).requestId } });
    expect(calls()).toBe(before + 1);
    expect(gateway.cloud.logs('request-limit-increase').join('\n')).toContain('work_interrupted');
  });
});

describe('the reconciler', () => {
  it('fails while the index cannot be read, and goes on where it was', async () => {
    gateway.simulator.misbehaveNext({ kind: 'http_status', status: 500, when: 'after' });
    const { status, body } = await gateway.post(freshOrder(1), freshKey());
    expect(status).toBe(202);
    faults().set([{ operation: 'Query', caller: 'reconcile', fault: { kind: 'throttle' } }]);
    expect(await gateway.cloud.invoke('reconcile')).toMatchObject({ result: 'failed' });
    faults().set([
      { caller: 'reconcile', fault: { kind: 'lost_acknowledgement' }, skip: 2, times: 2 },
      { caller: 'reconcile', fault: { kind: 'transaction_conflict' }, times: 2 },
      { caller: 'reconcile', fault: { kind: 'unprocessed_items' }, times: 1 },
    ]);
    const settled = await gateway.untilSettled(shown(body).requestId);
    expect(statusesOf(settled)).toEqual(['already_named']);
    expect(settled).toMatchObject({ results: [{ namedBy: 'presumed_this_corporation' }] });
    expect(faults().struck()).toBeGreaterThan(2);
  });
});

describe('the faults of the door', () => {
  const control = (init: RequestInit = {}) => fetch(new URL('/_faults', gateway.cloud.dynamodbEndpoint), init);

  it('can be set by other processes, over HTTP', async () => {
    const body = JSON.stringify([{ operation: 'Scan', fault: { kind: 'throttle' } }]);
    expect((await control({ method: 'PUT', body })).status).toBe(200);
    await expect(gateway.itemsWritten()).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(await (await control()).json()).toEqual({ struck: gateway.cloud.dynamodbFaults.struck() });
    expect(gateway.cloud.dynamodbFaults.struck()).toBeGreaterThan(1);
    expect((await control({ method: 'DELETE' })).status).toBe(200);
    expect(await gateway.itemsWritten()).toBeGreaterThan(0);
  });

  it('are refused with what is wrong about them', async () => {
    const refused = await control({ method: 'PUT', body: JSON.stringify([{ fault: { kind: 'flood' }, often: 1 }]) });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('often');
    expect((await control({ method: 'PUT', body: 'none' })).status).toBe(400);
    expect((await control({ method: 'POST' })).status).toBe(405);
  });
});
