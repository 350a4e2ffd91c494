import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createReconcile } from '../../../shared/limit-increase/reconcile.ts';
import { createRequestLimitIncrease } from '../../../shared/limit-increase/request-limit-increase.ts';
import { aCorporation, pars, retention } from '../../support/builders.ts';
import { closeCircuit, openCircuit } from './circuit.ts';
import { leaseGraceMs, listing, openSettleWorld, timeout } from './settle-world.ts';

// Orders that callers wait for while the circuit is open.

type World = ReturnType<typeof openSettleWorld>;

/** A call ends within this time, so that two calls which begin so far apart are never in flight at once. */
const spacingMs = 10_500;

async function inOutage(): Promise<World> {
  const world = openSettleWorld();
  await openCircuit(world.ledger, world.clock());
  return world;
}

function place(world: World, cards: number, { breaker = world.breaker, idempotencyKey = 'key', msLeft = 24_000 } = {}) {
  const settle = world.workerWith(breaker);
  const deps = { ...world.depsOver(world.ledger), breaker, settle, parallelChunks: 2, leaseGraceMs, retention };
  const order = { corporation: aCorporation(), parList: pars(cards) };
  return createRequestLimitIncrease(deps)(order, { scope: 'A', idempotencyKey }, world.clock() + msLeft);
}

const reconcile = (world: World) =>
  createReconcile({ ...world.depsOver(world.ledger), settle: world.worker(), concurrency: 2 })(world.clock() + 10 ** 9);

describe('an order that comes while the circuit is open', () => {
  // failures: F101
  it('waits ten seconds for its turn, asks for one card, and is settled if that is answered', async () => {
    const world = await inOutage();
    await world.breaker.current();
    const begunAt = world.clock();
    expect(await place(world, 100)).toMatchObject({ counts: { named: 100 } });
    expect(world.calls.map(({ pars: { length } }) => length)).toEqual([1, 99]);
    expect(world.calls[0]?.startedAt).toBe(begunAt + spacingMs);
    expect((await world.ledger.readPlatformState()).open).toBeUndefined();
  });

  // failures: F101
  it('is answered open if the platform does not answer, and costs one call, however many chunks it has', async () => {
    const world = await inOutage();
    await world.breaker.current();
    world.says(...Array(9).fill(timeout));
    const result = await place(world, 300);
    expect(result).toMatchObject({ result: 'ordered', counts: { named: 0 } });
    expect(world.calls.map(({ pars: { length } }) => length)).toEqual([1]);
    const due = await world.ledger.listDue(world.clock() + leaseGraceMs + 24_000, 10, 'chunk');
    expect(due).toHaveLength(3);
  });

  it('does not wait longer than its own time allows', async () => {
    const world = await inOutage();
    await world.breaker.current();
    const begunAt = world.clock();
    await place(world, 3, { msLeft: 15_000 });
    expect([world.calls, world.clock()]).toEqual([[], begunAt]);
  });

  it('has its turn before background work that waits longer', async () => {
    const world = await inOutage();
    await openCircuit(world.ledger, world.clock(), { turns: 9 });
    await world.order(2, 'BACKGROUND');
    expect(await reconcile(world)).toMatchObject({ platform_down: 1 });
    expect(await place(world, 3)).toMatchObject({ counts: { named: 3 } });
  });

  it('beside others waits for its own turn: no two calls are in flight at once', async () => {
    const world = await inOutage();
    await world.breaker.current();
    world.says(...Array(9).fill(timeout));
    for (let order = 1; order <= 5; order += 1) await place(world, 2, { idempotencyKey: `key-${order}` });
    const starts = world.calls.map(({ startedAt }) => startedAt);
    const apart = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(starts.length).toBeGreaterThan(1);
    expect(Math.min(...apart)).toBeGreaterThanOrEqual(spacingMs);
  });

  it('does not send the call that was journalled before its process learned of the opening', async () => {
    const world = await inOutage();
    const begunAt = world.clock();
    world.says(timeout);
    await place(world, 3);
    expect(world.noticesOf('call_ended')[0]).toMatchObject({ outcome: { name: 'not_sent', reason: 'platform_down' } });
    expect(world.calls).toMatchObject([{ startedAt: begunAt + spacingMs, pars: [expect.any(String)] }]);
  });

  it('does not send it either when that is learned later than the order is durable', async () => {
    const world = await inOutage();
    const late = world.breakerOver({
      readPlatformState: async () => {
        await setTimeout(50);
        return world.ledger.readPlatformState();
      },
    });
    await place(world, 3, { breaker: late, msLeft: 15_000 });
    expect(world.calls).toEqual([]);
    expect(world.noticesOf('call_ended')).toMatchObject([{ outcome: { name: 'not_sent', reason: 'platform_down' } }]);
  });

  it('is settled at once if the circuit was closed since its process last asked', async () => {
    const world = await inOutage();
    await world.breaker.current();
    await closeCircuit(world.ledger, world.clock());
    const at = world.clock.advance(6_000);
    world.says(listing);
    expect(await place(world, 3)).toMatchObject({ counts: { named: 3 } });
    expect(world.calls).toMatchObject([{ startedAt: at }]);
  });

  it('is settled once the platform answers', async () => {
    const world = await inOutage();
    world.says(timeout);
    await place(world, 3);
    world.clock.advance(60_000);
    expect(await reconcile(world)).toMatchObject({ settled: 1 });
    expect(await world.ledger.listDue(world.clock(), 10, 'chunk')).toEqual([]);
  });
});
