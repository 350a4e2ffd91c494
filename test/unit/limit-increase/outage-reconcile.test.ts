import { describe, expect, it } from 'vitest';
import { createReconcile } from '../../../shared/limit-increase/reconcile.ts';

import { closeCircuit, openCircuit } from './circuit.ts';
import { openSettleWorld, timeout } from './settle-world.ts';

type World = ReturnType<typeof openSettleWorld>;

const later = 10 ** 9;

const reconcile = (world: World) =>
  createReconcile({ ...world.depsOver(world.ledger), settle: world.worker(), concurrency: 2 })(world.clock() + later);

/** The outage began a moment ago; so many chunks wait. */
async function inOutage(orders: number): Promise<World> {
  const world = openSettleWorld();
  await openCircuit(world.ledger, world.clock());
  for (let order = 1; order <= orders; order += 1) await world.order(2, `ORDER${order}`);
  return world;
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

  // failures: F087
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

  it('looks after requests although another process has the turn', async () => {
    const world = await inOutage(20);
    world.clock.advance(600_000);
    await openCircuit(world.ledger, world.clock() - 600_000, { turns: 1, lastTurnAt: world.clock() });
    expect(await reconcile(world)).toMatchObject({ platform_down: 1, requestsPostponed: 20 });
    expect(world.calls).toEqual([]);
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

  // failures: F087
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

  it('probes with another chunk than the one whose turn ended before its call, though that has never failed', async () => {
    const world = await inOutage(2);
    const [first, second] = [1, 2].map((order) => ({ requestId: `ORDER${order}`, chunkNumber: 1 }));
    await openCircuit(world.ledger, world.clock(), { turns: 1, lastTurn: first });
    world.clock.advance(60_000);
    world.says(timeout);
    expect(await reconcile(world)).toMatchObject({ parked: 1 });
    const probed = await world.ledger.readCall(world.calls[0]?.correlationId ?? '');
    expect(probed?.chunk).toEqual(second);
  });

  it('probes with work that has never failed before work that has', async () => {
    const world = await inOutage(3);
    for (let run = 0; run < 2; run += 1) {
      world.clock.advance(60_000);
      world.says(timeout);
      await reconcile(world);
    }
    await world.order(2, 'NEW');
    world.clock.advance(60_000);
    world.says(timeout);
    await reconcile(world);
    world.clock.advance(60_000);
    world.says(timeout);
    await reconcile(world);
    const probed = await Promise.all(world.calls.map(({ correlationId }) => world.ledger.readCall(correlationId)));
    expect(probed.map((call) => call?.chunk.requestId)).toEqual(['ORDER1', 'ORDER2', 'ORDER3', 'NEW']);
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
    await openCircuit(world.ledger, world.clock() - 60_000);
    await closeCircuit(world.ledger, world.clock());
    expect(await reconcile(world)).toMatchObject({ settled: 0, chunksRung: 3 });
    world.clock.advance(900_000);
    expect(await reconcile(world)).toMatchObject({ settled: 3, chunksRung: 0 });
  });
});
