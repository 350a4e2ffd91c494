import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createReconcile } from '../../../shared/limit-increase/reconcile.ts';
import { createRequestLimitIncrease } from '../../../shared/limit-increase/request-limit-increase.ts';
import { aCorporation, pars, retention } from '../../support/builders.ts';
import { leaseGraceMs, listing, openSettleWorld, timeout } from './settle-world.ts';

type World = ReturnType<typeof openSettleWorld>;

const later = 10 ** 9;

const reconcile = (world: World) =>
  createReconcile({ ...world.depsOver(world.ledger), settle: world.worker(), concurrency: 2 })(world.clock() + later);

/** The outage began a moment ago; so many chunks wait. */
async function inOutage(orders: number): Promise<World> {
  const world = openSettleWorld();
  const since = world.clock();
  await world.ledger.declareDown({ reason: 'no_answer', since, nextProbeAt: since + 15_000 });
  for (let order = 1; order <= orders; order += 1) await world.order(2, `ORDER${order}`);
  return world;
}

function place(world: World, cards: number, watch = world.watch) {
  const settle = world.workerWatching(watch);
  const deps = { ...world.depsOver(world.ledger), watch, settle, parallelChunks: 2, leaseGraceMs, retention };
  const order = { corporation: aCorporation(), parList: pars(cards) };
  return createRequestLimitIncrease(deps)(order, { scope: 'A', idempotencyKey: 'key' }, world.clock() + 24_000);
}

describe('a run of the reconciler while the platform is down', () => {
  it('leaves every chunk alone, however often it runs, until a probe is due', async () => {
    const world = await inOutage(300);
    for (let run = 0; run < 3; run += 1) expect(await reconcile(world)).toMatchObject({ parked: 0, settled: 0 });
    expect(world.calls).toEqual([]);
    expect(world.noticesOf('platform_seen')).toEqual(Array(3).fill({ notice: 'platform_seen', down: true }));
    expect(await world.ledger.listDue(world.clock(), 1_000, 'chunk')).toHaveLength(300);
  });

  it('still looks after requests', async () => {
    const world = await inOutage(1);
    world.clock.advance(600_000);
    world.says(timeout);
    expect(await reconcile(world)).toMatchObject({ requestsPostponed: 1, parked: 1 });
  });

  it('probes although the requests of the outage take up all of its time', async () => {
    const world = await inOutage(20);
    world.clock.advance(600_000);
    const slow: typeof world.ledger = {
      ...world.ledger,
      postponeRequest: async (requestId, dueAt) => {
        world.clock.advance(10_000);
        await world.ledger.postponeRequest(requestId, dueAt);
      },
    };
    const run = createReconcile({ ...world.depsOver(slow), settle: world.worker(), concurrency: 2 });
    world.says(timeout);
    const report = await run(world.clock() + 58_000);
    expect(report).toMatchObject({ parked: 1 });
    expect(report.requestsPostponed).toBeGreaterThan(1);
    expect(report.requestsPostponed).toBeLessThan(20);
  });

  it('looks after requests although another process took the probe', async () => {
    const world = await inOutage(20);
    world.clock.advance(600_000);
    const takeProbe = async () => false;
    const watch = world.watchOver({ takeProbe });
    const deps = { ...world.depsOver(world.ledger), watch };
    const run = createReconcile({ ...deps, settle: world.workerWatching(watch), concurrency: 2 });
    expect(await run(world.clock() + later)).toMatchObject({ platform_down: 1, requestsPostponed: 20 });
  });

  it('tries no further chunk once its time is over', async () => {
    const world = await inOutage(5);
    const slow = async (): Promise<never> => {
      world.clock.advance(6_000);
      throw new Error('silent');
    };
    world.clock.advance(15_000);
    const settle = world.worker({ readChunk: slow });
    const run = createReconcile({ ...world.depsOver(world.ledger), settle, concurrency: 2 });
    expect(await run(world.clock() + 10_000)).toMatchObject({ interrupted: 2 });
  });

  it('probes with the next chunk if the one that is due first cannot be read', async () => {
    const world = await inOutage(2);
    const { readChunk } = world.ledger;
    const settle = world.worker({
      readChunk: (ref) => (ref.requestId === 'ORDER1' ? Promise.reject(new Error('unreadable')) : readChunk(ref)),
    });
    world.clock.advance(15_000);
    world.says(timeout);
    const run = createReconcile({ ...world.depsOver(world.ledger), settle, concurrency: 2 });
    expect(await run(world.clock() + later)).toMatchObject({ interrupted: 1, parked: 1 });
    expect(world.calls).toHaveLength(1);
  });

  it('probes with another chunk than the last time, if there is one', async () => {
    const world = await inOutage(2);
    for (const waitMs of [15_000, 60_000, 60_000]) {
      world.clock.advance(waitMs);
      world.says(timeout);
      expect(await reconcile(world)).toMatchObject({ parked: 1 });
    }
    const probed = await Promise.all(world.calls.map(({ correlationId }) => world.ledger.readCall(correlationId)));
    expect(probed.map((call) => call?.chunk.requestId)).toEqual(['ORDER1', 'ORDER2', 'ORDER1']);
  });

  it('takes all that waits as soon as its probe is answered', async () => {
    const world = await inOutage(50);
    world.clock.advance(15_000);
    expect(await reconcile(world)).toMatchObject({ settled: 50, platform_down: 0 });
    expect(world.calls[0]?.pars).toHaveLength(1);
    await reconcile(world);
    expect(world.noticesOf('platform_seen')).toMatchObject([{ down: true }, { down: false }]);
  });

  it('takes nothing more when the platform goes down while it runs', async () => {
    const world = openSettleWorld();
    for (let order = 1; order <= 50; order += 1) await world.order(2, `ORDER${order}`);
    world.says(...Array(50).fill(timeout));
    const report = await reconcile(world);
    expect(report.parked).toBeLessThanOrEqual(4);
    expect(world.calls.length).toBeLessThanOrEqual(4);
  });
});

describe('chunks that wait behind others', () => {
  it('are rung for, so that the workers of the queue share them', async () => {
    const world = openSettleWorld();
    for (let order = 1; order <= 130; order += 1) await world.order(1, `ORDER${order}`);
    expect(await reconcile(world)).toMatchObject({ settled: 130, chunksRung: 30 });
    expect(world.bells.chunks).toHaveLength(30);
  });

  it('and are not due yet are rung for after an outage: their message came while nobody might ask', async () => {
    const world = openSettleWorld();
    for (let order = 1; order <= 3; order += 1) await world.order(1, `ORDER${order}`);
    world.clock.advance(-900_000);
    const [since, at] = [world.clock() - 60_000, world.clock()];
    await world.ledger.declareDown({ reason: 'no_answer', since, nextProbeAt: at });
    await world.ledger.declareUp({ since, at });
    expect(await reconcile(world)).toMatchObject({ settled: 0, chunksRung: 3 });
    world.clock.advance(900_000);
    expect(await reconcile(world)).toMatchObject({ settled: 3, chunksRung: 0 });
  });
});

describe('an order that comes while the platform is down', () => {
  it('is accepted without a call, and due at the next probe', async () => {
    const world = await inOutage(0);
    await world.watch.current();
    const result = await place(world, 150);
    const dueAt = world.clock() + 15_000;
    expect(result).toMatchObject({
      result: 'ordered',
      counts: { named: 0 },
      chunks: [{ state: { dueAt } }, { state: { dueAt } }],
    });
    expect(world.calls).toEqual([]);
  });

  it('of which its process hears while the order becomes durable: the call that was journalled is not sent', async () => {
    const world = await inOutage(0);
    const result = await place(world, 3);
    expect(world.calls).toEqual([]);
    expect(result).toMatchObject({ chunks: [{ state: { dueAt: world.clock() + 15_000, attempts: 0 } }] });
    expect(world.noticesOf('call_ended')).toMatchObject([{ outcome: { name: 'not_sent', reason: 'platform_down' } }]);
  });

  it('is not sent either when the word of that comes later than the order is durable', async () => {
    const world = await inOutage(0);
    const late = world.watchOver({
      readPlatformState: async () => {
        await setTimeout(50);
        return world.ledger.readPlatformState();
      },
    });
    await place(world, 3, late);
    expect(world.calls).toEqual([]);
  });

  it('is settled at once if it has come up since its process last asked', async () => {
    const world = await inOutage(0);
    await world.watch.current();
    await world.ledger.declareUp({ since: world.clock(), at: world.clock() });
    world.clock.advance(6_000);
    world.says(listing);
    expect(await place(world, 3)).toMatchObject({ counts: { named: 3 } });
  });

  it('is settled once the platform answers', async () => {
    const world = await inOutage(0);
    await place(world, 3);
    world.clock.advance(15_000);
    expect(await reconcile(world)).toMatchObject({ settled: 1 });
    expect(await world.ledger.listDue(world.clock(), 10, 'chunk')).toEqual([]);
  });
});
