import { describe, expect, it } from 'vitest';
import { backoffMs, leaseGraceMs, listing, openSettleWorld, ref, sessionMs, timeout } from './settle-world.ts';

describe('taking a chunk whose bell rang', () => {
  it('takes one that nobody ever began, although its time has not come', async () => {
    const { order, worker, bounds, clock, calls } = openSettleWorld();
    await order(2);
    clock.advance(-1_000);
    expect((await worker().takeDue(ref, bounds())).end).toBe('not_due');
    expect((await worker().takeRung(ref, bounds())).end).toBe('settled');
    expect(calls).toHaveLength(1);
  });

  it('leaves one that waits, and takes it when its time has come', async () => {
    const { order, worker, bounds, says, clock, calls } = openSettleWorld();
    await order(2);
    says(timeout, listing);
    expect((await worker().takeRung(ref, bounds())).end).toBe('parked');
    expect((await worker().takeRung(ref, bounds())).end).toBe('not_due');
    expect(calls).toHaveLength(1);
    clock.advance(backoffMs[0]);
    expect((await worker().takeRung(ref, bounds())).end).toBe('settled');
  });

  it('leaves one that another holds', async () => {
    const { order, worker, bounds, loseWorker, clock } = openSettleWorld();
    await order(2);
    await loseWorker();
    clock.advance(-leaseGraceMs);
    expect((await worker().takeRung(ref, bounds())).end).toBe('held');
  });

  it('does nothing for one that is done, however often it rings', async () => {
    const { order, worker, bounds, calls } = openSettleWorld();
    await order(2);
    for (let rings = 0; rings < 3; rings += 1) expect((await worker().takeRung(ref, bounds())).end).toBe('settled');
    expect(calls).toHaveLength(1);
  });

  it('is won by one of two bells at once', async () => {
    const { order, worker, bounds, calls, clock } = openSettleWorld();
    await order(2);
    clock.advance(-sessionMs);
    const ends = await Promise.all([worker().takeRung(ref, bounds()), worker().takeRung(ref, bounds())]);
    expect(ends.map(({ end }) => end).sort()).toEqual(['held', 'settled']);
    expect(calls).toHaveLength(1);
  });

  it('that is not in the table is a fault: nobody rings before the chunk stands', async () => {
    const { worker, bounds } = openSettleWorld();
    await expect(worker().takeRung(ref, bounds())).rejects.toThrow('stands in the table');
  });
});
