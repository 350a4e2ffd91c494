import { describe, expect, it } from 'vitest';
import { addCounts, noCounts } from '../../../shared/limit-increase/counts.ts';
import { createReconcile } from '../../../shared/limit-increase/reconcile.ts';
import { openCircuit } from './circuit.ts';
import { openRedriveWorld } from './redrive-world.ts';
import { openSettleWorld, ref, timeout } from './settle-world.ts';

type World = ReturnType<typeof openSettleWorld>;

const reconcile = (world: World) =>
  createReconcile({ ...world.depsOver(world.ledger), settle: world.worker(), concurrency: 2 })(world.clock() + 10 ** 9);

/** What the metrics of cards add up to. */
const tallied = (world: Pick<World, 'notices'>) =>
  world.notices.flatMap((one) => (one.notice === 'cards_tallied' ? one.counts : [])).reduce(addCounts, noCounts);

describe('the oldest open work', () => {
  it('is told by every run that leaves it open: since when it was accepted, and 0 if nothing is open', async () => {
    const world = openSettleWorld();
    expect(await reconcile(world)).toMatchObject({ oldestOpenWorkSeconds: 0 });
    await world.order(1);
    world.says(timeout);
    expect(await reconcile(world)).toMatchObject({ oldestOpenWorkSeconds: 0, parked: 1 });
    world.clock.advance(90_400);
    world.says(timeout);
    expect(await reconcile(world)).toMatchObject({ oldestOpenWorkSeconds: 90, parked: 1 });
    world.clock.advance(10 ** 6);
    expect(await reconcile(world)).toMatchObject({ oldestOpenWorkSeconds: 0, settled: 1 });
    const told = [0, 0, 90, 0].map((oldestSeconds) => ({ oldestSeconds, failingAlone: 0 }));
    expect(world.noticesOf('open_work_seen')).toMatchObject(told);
  });

  // failures: F100
  it('grows older while the circuit is open and nobody asks for it, however little it is', async () => {
    const world = openSettleWorld();
    await openCircuit(world.ledger, world.clock(), { lastTurnAt: world.clock() + 10 ** 9 });
    await world.order(1);
    for (const seconds of [60, 120]) {
      world.clock.advance(60_000);
      expect(await reconcile(world)).toMatchObject({ oldestOpenWorkSeconds: seconds, settled: 0 });
    }
  });
});

describe('a final card', () => {
  it('is counted when a worker leaves its chunk, though others of the chunk are still open', async () => {
    const world = openSettleWorld();
    await world.order(2);
    world.says(({ pars }) => ({
      ...{ kind: 'answered', httpStatus: 200, code: '000_000', breaches: [] },
      listed: pars.slice(0, 1).map((par) => ({ par, returnMessage: 'Success' })),
    }));
    world.says(...Array(9).fill(timeout));
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('parked');
    expect(tallied(world)).toEqual({ ...noCounts, named: 1 });
    world.unsays();
    world.clock.advance(10 ** 7);
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('settled');
    expect(tallied(world)).toEqual({ ...noCounts, named: 2 });
  });

  it('is not counted again when others of its chunk are redriven', async () => {
    const world = await openRedriveWorld([1, 0, 2]);
    await world.redriver().redrive();
    await world.reconcileAll();
    expect(tallied(world)).toEqual({ ...noCounts, named: 3 });
    expect(world.noticesOf('chunk_settled')).toMatchObject([{ counts: { named: 2 } }, { counts: { named: 2 } }]);
  });
});
