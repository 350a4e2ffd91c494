import { describe, expect, it } from 'vitest';
import { aCall, aCallingState, aChunk, aCorrelationId, anOrder, aPar, pars } from '../../support/builders.ts';
import { backoffMs, openSettleWorld, ref, timeout } from './settle-world.ts';

describe('taking a chunk that is due', () => {
  it('settles it, writes its cards, and ends the request with its last chunk', async () => {
    const { order, worker, bounds, ledger, clock } = openSettleWorld();
    await order(3);
    expect((await worker().takeDue(ref, bounds())).end).toBe('settled');
    expect(await ledger.readRequest(ref.requestId)).toMatchObject({
      request: { status: 'settled' },
      counts: { named: 3 },
    });
    expect(await ledger.readCardHistory(aPar(1))).toMatchObject([{ status: 'named' }]);
    expect(await ledger.listDue(clock() + 10 ** 9, 10)).toEqual([]);
  });

  it('finishes what a settled one lacks, with no further call', async () => {
    const { order, worker, bounds, ledger, state, calls } = openSettleWorld();
    await order(2);
    const writeCards = async (): Promise<never> => Promise.reject(new Error('away'));
    expect((await worker({ writeCards }).takeDue(ref, bounds())).end).toBe('interrupted');
    expect((await state()).stage).toBe('settled');
    expect((await worker().takeDue(ref, bounds())).end).toBe('settled');
    expect((await state()).stage).toBe('done');
    expect(calls).toHaveLength(1);
    expect(await ledger.readCardHistory(aPar(2))).toHaveLength(1);
  });

  // failures: F003
  it('leaves it to whoever holds it, and takes it a moment after the lease', async () => {
    const { order, worker, bounds, loseWorker, clock, calls } = openSettleWorld();
    await order(2);
    await loseWorker();
    clock.advance(-1);
    expect((await worker().takeDue(ref, bounds())).end).toBe('held');
    expect(calls).toHaveLength(1);
    clock.advance(1);
    expect((await worker().takeDue(ref, bounds())).end).toBe('parked');
  });

  it('leaves one that waits for its time', async () => {
    const { order, worker, bounds, says, clock, calls } = openSettleWorld();
    await order(2);
    says(timeout);
    expect((await worker().takeDue(ref, bounds())).end).toBe('parked');
    expect((await worker().takeDue(ref, bounds())).end).toBe('not_due');
    clock.advance(backoffMs[0]);
    expect((await worker().takeDue(ref, bounds())).end).toBe('settled');
    expect(calls).toHaveLength(2);
  });

  // failures: F009
  it('begins nothing if a call and its bookkeeping no longer fit before the deadline', async () => {
    const { order, worker, clock, calls, state } = openSettleWorld();
    await order(2);
    expect((await worker().takeDue(ref, { deadline: clock() + 12_999 })).end).toBe('no_time');
    expect(calls).toHaveLength(0);
    expect((await state()).fence).toBe(0);
    expect((await worker().takeDue(ref, { deadline: clock() + 13_000 })).end).toBe('settled');
  });

  // failures: F012
  it('is won by one of two who come at once; the other makes no call', async () => {
    const { order, worker, bounds, calls } = openSettleWorld();
    await order(2);
    const ends = await Promise.all([worker().takeDue(ref, bounds()), worker().takeDue(ref, bounds())]);
    expect(ends.map(({ end }) => end).sort()).toEqual(['held', 'settled']);
    expect(calls).toHaveLength(1);
  });

  it('mints anew when its correlation ID is taken', async () => {
    const { order, worker, bounds, mints, ledger, calls } = openSettleWorld();
    await order(2);
    const taken = aCorrelationId(77);
    const other = aChunk({ ref: { requestId: 'OTHER', chunkNumber: 1 }, pars: [aPar(9)] });
    const inFlight = aCall({ correlationId: taken, positions: [0] });
    await ledger.accept(anOrder([{ chunk: other, state: aCallingState(1, { inFlight }) }]));
    mints(taken, taken, aCorrelationId(78));
    expect((await worker().takeDue(ref, bounds())).end).toBe('settled');
    expect(calls.map(({ correlationId }) => correlationId)).toEqual([aCorrelationId(78)]);
    expect((await ledger.readCall(taken))?.chunk.requestId).toBe('OTHER');
  });

  it('gives up when no correlation ID is free, and the chunk stays as it was', async () => {
    const { order, worker, bounds, calls, state } = openSettleWorld();
    await order(2);
    const journal = async () => 'correlation_id_taken' as const;
    await expect(worker({ journal }).takeDue(ref, bounds())).rejects.toThrow('No unused correlation ID');
    expect(calls).toHaveLength(0);
    expect((await state()).fence).toBe(0);
  });
});

describe('a chunk whose worker vanished in its call', () => {
  // failures: F004
  it('waits from the end of the lease as after a call without an answer, longer each time', async () => {
    const { order, worker, bounds, loseWorker, clock, state, calls } = openSettleWorld();
    await order(2);
    for (const [lost, pauseMs] of backoffMs.entries()) {
      await loseWorker();
      const { dueAt: leaseEnd } = await state();
      expect((await worker().takeDue(ref, bounds())).end).toBe('parked');
      expect(await state()).toMatchObject({ dueAt: leaseEnd + pauseMs, attempts: lost + 1 });
      clock.advance(pauseMs);
    }
    expect(calls).toHaveLength(backoffMs.length);
    expect((await worker().takeDue(ref, bounds())).end).toBe('settled');
  });

  it('is asked for at once if nobody looked after it until the wait was over', async () => {
    const { order, worker, bounds, loseWorker, clock } = openSettleWorld();
    await order(2);
    await loseWorker();
    clock.advance(backoffMs[0]);
    expect((await worker().takeDue(ref, bounds())).end).toBe('settled');
  });

  it('has the trace of that call in the histories of its cards before it is let go', async () => {
    const { order, worker, bounds, loseWorker, ledger } = openSettleWorld();
    await order(2);
    await loseWorker();
    await worker().takeDue(ref, bounds());
    for (const par of pars(2)) expect(await ledger.readCardHistory(par)).toMatchObject([{ entry: 'maybe' }]);
  });
});
