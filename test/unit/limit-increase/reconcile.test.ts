import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../shared/limit-increase/ports.ts';
import { createReconcile } from '../../../shared/limit-increase/reconcile.ts';
import { aRequestId } from '../../support/builders.ts';
import { aCheckedNote, aReceipt } from '../../support/upload-builders.ts';
import { openSettleWorld, timeout } from './settle-world.ts';

type World = ReturnType<typeof openSettleWorld>;

const reconcilerOf = (world: World, over: Partial<Ledger> = {}) =>
  createReconcile({
    ...world.depsOver({ ...world.ledger, ...over }),
    settle: world.worker(over),
    concurrency: 2,
  });

const later = 10 ** 9;

describe('a run of the reconciler', () => {
  // failures: F033
  it('settles all that is due, page after page', async () => {
    const world = openSettleWorld();
    for (let order = 0; order < 230; order += 1) await world.order(1, `ORDER${order}`);
    const report = await reconcilerOf(world)(world.clock() + later);
    expect(report).toMatchObject({ settled: 230, interrupted: 0 });
    expect(await world.ledger.listDue(world.clock() + later, 1_000)).toEqual([]);
  });

  it('sees what comes after a hundred that cannot be taken', async () => {
    const world = openSettleWorld();
    for (let order = 0; order < 100; order += 1) await world.order(1, `POISON${order}`);
    world.clock.advance(1);
    await world.order(1, 'GOOD');
    const readChunk: Ledger['readChunk'] = async (ref) => {
      if (ref.requestId.startsWith('POISON')) throw new Error('cannot be read');
      return world.ledger.readChunk(ref);
    };
    const report = await reconcilerOf(world, { readChunk })(world.clock() + later);
    expect(report).toMatchObject({ settled: 1, interrupted: 100 });
    expect((await world.ledger.readRequest('GOOD'))?.request.status).toBe('settled');
    expect(world.noticesOf('work_interrupted')[0]).toMatchObject({ work: 'chunk POISON0#1' });
  });

  it('takes up nothing more when its deadline has come', async () => {
    const world = openSettleWorld();
    for (let order = 0; order < 10; order += 1) await world.order(1, `ORDER${order}`);
    const deadline = world.clock() + 20_000;
    world.says(() => {
      world.clock.advance(30_000);
      return timeout;
    });
    let looks = 0;
    const listDue: Ledger['listDue'] = async (now, limit) => {
      // What is due later is not taken up, but measured.
      if (now <= world.clock()) looks += 1;
      return world.ledger.listDue(now, limit);
    };
    await reconcilerOf(world, { listDue })(deadline);
    expect(looks).toBe(1);
    expect(world.calls.length).toBeLessThanOrEqual(2);
    expect((await world.ledger.listDue(world.clock(), 100)).length).toBeGreaterThanOrEqual(8);
  });

  it('ends at the first chunk for which there is no room', async () => {
    const world = openSettleWorld();
    for (let order = 0; order < 10; order += 1) await world.order(1, `ORDER${order}`);
    const report = await reconcilerOf(world)(world.clock() + 5_000);
    expect(report.no_time).toBeGreaterThan(0);
    expect(report.no_time).toBeLessThanOrEqual(2);
    expect(world.calls).toEqual([]);
  });

  // failures: F006
  it('settles a request whose last worker vanished, and looks after an open one again later', async () => {
    const world = openSettleWorld();
    await world.order(2);
    const settleRequest = async (): Promise<never> => Promise.reject(new Error('away'));
    await reconcilerOf(world, { settleRequest })(world.clock() + later);
    await world.order(2, 'WAITING');
    world.says(timeout);
    await reconcilerOf(world)(world.clock() + later);
    world.clock.advance(600_000);
    world.says(timeout);
    const report = await reconcilerOf(world)(world.clock() + later);
    expect(report).toMatchObject({ requestsSettled: 1, requestsPostponed: 1 });
    expect((await world.ledger.readRequest(aRequestId))?.request.status).toBe('settled');
  });
});

describe('a file that the reconciler finds', () => {
  const receipt = aReceipt();
  const { dueAt } = receipt;

  async function withFile(): Promise<World> {
    const world = openSettleWorld();
    await world.ledger.receive(receipt);
    world.clock.advance(dueAt - world.clock());
    return world;
  }

  async function settled(world: World): Promise<void> {
    const moments = { at: world.clock(), dueAt: world.clock() };
    await world.ledger.noteChecked(aRequestId, aCheckedNote({ ...moments, cardsTotal: 0, chunksTotal: 0 }));
    await world.ledger.openRequest(aRequestId, moments);
  }

  it('half read is rung for, and again five minutes later if nobody came', async () => {
    const world = await withFile();
    expect(await reconcilerOf(world)(world.clock() + later)).toMatchObject({ uploadsRung: 1 });
    expect(world.bells.uploads).toEqual([aRequestId]);
    world.clock.advance(299_999);
    await reconcilerOf(world)(world.clock() + later);
    expect(world.bells.uploads).toHaveLength(1);
    world.clock.advance(1);
    await reconcilerOf(world)(world.clock() + later);
    expect(world.bells.uploads).toHaveLength(2);
  });

  it('whose last reader vanished before it could be settled is settled, and its report rung for', async () => {
    const world = await withFile();
    await settled(world);
    expect(await reconcilerOf(world)(world.clock() + later)).toMatchObject({ requestsSettled: 1, reportsRung: 0 });
    expect(world.bells.reports).toEqual([aRequestId]);
  });

  // failures: F115
  it('whose report was not written is rung for until it is', async () => {
    const world = await withFile();
    await settled(world);
    await world.ledger.settleRequest(aRequestId, world.clock(), { reportDueAt: world.clock() });
    expect(await reconcilerOf(world)(world.clock() + later)).toMatchObject({ reportsRung: 1, requestsSettled: 0 });
    world.clock.advance(300_000);
    await reconcilerOf(world)(world.clock() + later);
    expect(world.bells.reports).toEqual([aRequestId, aRequestId]);
    await world.ledger.reportWritten(aRequestId, 1, world.clock());
    world.clock.advance(300_000);
    expect(await reconcilerOf(world)(world.clock() + later)).toMatchObject({ reportsRung: 0 });
  });

  // failures: F109
  it('is not rung for when its report stands and only the index has not heard of it', async () => {
    const world = await withFile();
    await settled(world);
    await world.ledger.settleRequest(aRequestId, world.clock(), { reportDueAt: world.clock() });
    const lagging = await world.ledger.listDue(world.clock(), 10);
    await world.ledger.reportWritten(aRequestId, 1, world.clock());
    const report = await reconcilerOf(world, { listDue: async () => lagging })(world.clock() + later);
    expect(report).toMatchObject({ reportsRung: 0, requestsSettled: 1 });
    expect(world.bells.reports).toEqual([]);
  });

  // failures: F037
  it('stays due at once if its bell fails', async () => {
    const world = await withFile();
    world.bells.fail(new Error('the queue is away'));
    expect(await reconcilerOf(world)(world.clock() + later)).toMatchObject({ interrupted: 1, uploadsRung: 0 });
    expect(world.noticesOf('bell_failed')).toMatchObject([{ bell: 'upload', requestId: aRequestId }]);
    world.bells.fail(undefined);
    expect(await reconcilerOf(world)(world.clock() + later)).toMatchObject({ uploadsRung: 1 });
  });
});
