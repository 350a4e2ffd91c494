import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retentionOf } from '../../../shared/limit-increase/retention.ts';
import { aRequestId, retention } from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { deleteExpired, deleteItems, storedItems } from '../../support/time-to-live.ts';
import { dayMs, openStoredOrder, refOf, type Stage, type StoredOrder } from './stored-order.ts';

// DynamoDB's TTL deletes item by item, in any order, up to days after an item expired. No part of a request may go
// before the others; and whatever is gone, nothing fails and nothing stays open.

let emulator: DynamoDbEmulator;
beforeAll(async () => {
  emulator = await startDynamoDbEmulator();
});
afterAll(() => emulator.stop());

describe('an order that is redriven a month later', () => {
  // failures: F034
  it('keeps the time at which it expires in every item, and is found, counted and settled after TTL has run', async () => {
    const order = await openStoredOrder(emulator, 'settled');
    order.clock.advance(31 * dayMs);
    expect(await order.postRedrive()).toMatchObject({ status: 202 });
    await order.reconcileAll();
    const items = await storedItems(order.table);
    expect(items.map(({ sk }) => sk)).toEqual(
      expect.arrayContaining(['REQUEST', 'TALLY#01', 'CARDS', 'CHUNK', 'CALL']),
    );
    expect(new Set(items.map(({ expiresAt }) => expiresAt))).toEqual(new Set([retention(aMoment)]));
    await deleteExpired(order.table, order.clock());
    const counts = { total: 4, open: 0, named: 4, unresolved: 0 };
    const results = [1, 2, 3, 4].map(() => ({ status: 'named' }));
    expect(await order.getRequest()).toMatchObject({ status: 200, body: { status: 'settled', counts, results } });
  });
});

const request = `REQUEST#${aRequestId}`;
const callId = '261122101500-0000001';
const deletable = [
  { pk: request, sk: 'REQUEST' },
  { pk: request, sk: 'TALLY#00' },
  { pk: request, sk: 'TALLY#01' },
  { pk: `${request}#0000001`, sk: 'CARDS' },
  { pk: `${request}#0000001`, sk: 'CHUNK' },
  { pk: `${request}#0000002`, sk: 'CARDS' },
  { pk: `CALL#${callId}`, sk: 'CALL' },
];
const subsets = Array.from({ length: 2 ** deletable.length }, (_, subset) => {
  const gone = deletable.filter((_item, index) => subset & (1 << index));
  const names = gone.map(({ pk, sk }) => `${pk.slice(request.length)} ${sk}`.trim());
  return { gone, names: names.join(', ') || 'nothing' };
});

/** The status of every GET. What is thrown would be answered 500. */
async function statuses(order: StoredOrder): Promise<number[]> {
  const cards = await Promise.all([1, 2, 3, 4].map(order.getCard));
  const answers = [await order.getRequest(), ...cards, await order.getCall(callId)];
  return answers.map((answer) => ('problem' in answer ? answer.problem.status : answer.status));
}

const isFound = (status: number): boolean => status === 200 || status === 404;

describe.each<Stage>(['settled', 'open'])('an old order that is %s', (stage) => {
  // failures: F035
  it.each(subsets)('is answered, redriven and settled with what is left without $names', async ({ gone }) => {
    const order = await openStoredOrder(emulator, stage);
    order.clock.advance(31 * dayMs);
    await deleteItems(order.table, gone);
    expect((await statuses(order)).every(isFound)).toBe(true);
    const redriven = await order.postRedrive();
    expect([202, 404, 409]).toContain('problem' in redriven ? redriven.problem.status : redriven.status);
    expect((await statuses(order)).every(isFound)).toBe(true);

    const runs = await order.reconcileAll();
    expect(runs.length).toBeLessThan(4);
    expect(runs.every(({ interrupted }) => interrupted === 0)).toBe(true);
    expect(await order.ledger.listDue(order.clock() + dayMs, 10)).toEqual([]);
    expect((await statuses(order)).every(isFound)).toBe(true);
    const settled = { status: 200, body: { status: 'settled', counts: { total: 4, open: 0 } } };
    const isGone = gone.some(({ sk }) => sk === 'REQUEST');
    expect(await order.getRequest()).toMatchObject(isGone ? { problem: { status: 404 } } : settled);
  });
});

it('takes a chunk that was taken before it was read, and lacks its cards, out of the index of open work', async () => {
  const order = await openStoredOrder(emulator, 'open');
  await deleteItems(order.table, [{ pk: `${request}#0000002`, sk: 'CARDS' }]);
  const unread = { ...refOf(2), untouched: { cards: 2, expiresAt: retention(aMoment) } };
  const called = order.calls.length;
  expect((await order.worker().takeRung(unread, order.bounds())).end).toBe('gone');
  expect(order.calls).toHaveLength(called);
  expect(await order.ledger.listDue(order.clock() + dayMs, 10, 'chunk')).toEqual([]);
});

describe('an order whose time is over', () => {
  // failures: F035
  it.each(subsets)('does not exist, and is not due any more, without $names', async ({ gone }) => {
    const order = await openStoredOrder(emulator, 'open', retentionOf(30)(aMoment));
    const called = order.calls.length;
    order.clock.advance(30 * dayMs);
    await deleteItems(order.table, gone);
    expect(await statuses(order)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(await order.postRedrive()).toMatchObject({ problem: { status: 404 } });
    expect((await order.worker().takeRung(refOf(1), order.bounds())).end).toBe('gone');
    const runs = await order.reconcileAll();
    expect(runs.length).toBeLessThan(2);
    expect(runs.every(({ interrupted }) => interrupted === 0)).toBe(true);
    expect(await order.ledger.listDue(order.clock() + dayMs, 10)).toEqual([]);
    expect(order.calls).toHaveLength(called);
  });
});
