import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../shared/limit-increase/ports.ts';

import { aRequestId, retention } from '../../support/builders.ts';
import { openCircuit } from './circuit.ts';

import { backoffMs, leaseGraceMs, listing, openSettleWorld, ref, sessionMs, timeout } from './settle-world.ts';

/** What a process has heard of the platform is believed for less long. */
const hearsayMs = 10_000;

describe('taking a chunk whose bell rang', () => {
  // failures: F024
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

  // failures: F007
  it('does nothing for one that is done, however often it rings', async () => {
    const { order, worker, bounds, calls } = openSettleWorld();
    await order(2);
    for (let rings = 0; rings < 3; rings += 1) expect((await worker().takeRung(ref, bounds())).end).toBe('settled');
    expect(calls).toHaveLength(1);
  });

  // failures: F012 F023
  it('is won by one of two bells at once', async () => {
    const { order, worker, bounds, calls, clock } = openSettleWorld();
    await order(2);
    clock.advance(-sessionMs);
    const ends = await Promise.all([worker().takeRung(ref, bounds()), worker().takeRung(ref, bounds())]);
    expect(ends.map(({ end }) => end).sort()).toEqual(['held', 'settled']);
    expect(calls).toHaveLength(1);
  });

  it('does nothing for one that no longer exists, and logs it', async () => {
    const { worker, bounds, calls, noticesOf } = openSettleWorld();
    expect(await worker().takeRung(ref, bounds())).toEqual({ end: 'gone' });
    expect(calls).toEqual([]);
    expect(noticesOf('work_gone')).toEqual([{ notice: 'work_gone', work: { work: 'chunk', ref } }]);
  });
});

describe('taking a chunk that nobody has touched, by the word of its bell', () => {
  /** Chunk 1 of an order of two cards, in a process that has heard that the platform is up. */
  async function withChunk() {
    const world = openSettleWorld();
    await world.order(2);
    await world.breaker.current();
    return { ...world, rung: { ...ref, untouched: { cards: 2, expiresAt: retention(world.clock()) } } };
  }

  /** The first reading ends only once the chunk is being taken: who reads it first waits for ever. */
  function withoutReadingFirst({ ledger }: Awaited<ReturnType<typeof withChunk>>): Partial<Ledger> {
    const { promise, resolve } = Promise.withResolvers<void>();
    return {
      readChunk: async (...args) => {
        await promise;
        return ledger.readChunk(...args);
      },
      journal: (step) => {
        resolve();
        return ledger.journal(step);
      },
    };
  }

  it('reads its cards beside the write that takes it', async () => {
    const world = await withChunk();
    const { end } = await world.worker(withoutReadingFirst(world)).takeRung(world.rung, world.bounds());
    expect(end).toBe('settled');
    expect(world.calls.map(({ pars }) => pars.length)).toEqual([2]);
    expect((await world.state()).fence).toBe(1);
  });

  it('begins with as many cards as one call carries', async () => {
    const world = await withChunk();
    const one = world.worker(withoutReadingFirst(world), { parsPerCallMax: 1 });
    expect((await one.takeRung(world.rung, world.bounds())).end).toBe('settled');
    expect(world.calls).toHaveLength(2);
  });

  it.each([
    ['of fewer cards', { cards: 1 }],
    ['of more cards', { cards: 3 }],
    ['that expires at another time', { expiresAt: 1_000 }],
  ])('reads it first where the bell tells of one %s', async (_, wrong) => {
    const world = await withChunk();
    const rung = { ...world.rung, untouched: { ...world.rung.untouched, ...wrong } };
    expect((await world.worker().takeRung(rung, world.bounds())).end).toBe('settled');
    expect(world.calls.map(({ pars }) => pars.length)).toEqual([2]);
  });

  it('leaves what became of it since', async () => {
    const world = await withChunk();
    world.says(timeout);
    expect((await world.worker().takeRung(world.rung, world.bounds())).end).toBe('parked');
    expect((await world.worker().takeRung(world.rung, world.bounds())).end).toBe('not_due');
    world.clock.advance(backoffMs[0]);
    expect((await world.worker().takeRung(world.rung, world.bounds())).end).toBe('settled');
    expect((await world.worker().takeRung(world.rung, world.bounds())).end).toBe('settled');
    expect((await world.ledger.readRequest(aRequestId))?.counts.named).toBe(2);
  });

  it('is won by one of two bells at once', async () => {
    const world = await withChunk();
    const ends = await Promise.all([1, 2].map(() => world.worker().takeRung(world.rung, world.bounds())));
    expect(ends.map(({ end }) => end).sort()).toEqual(['held', 'settled']);
    expect(world.calls).toHaveLength(1);
  });

  it('leaves it as it was if too little time is left for a call', async () => {
    const world = await withChunk();
    const { end } = await world.worker().takeRung(world.rung, { deadline: world.clock() + leaseGraceMs });
    expect([end, world.calls, (await world.state()).fence]).toEqual(['no_time', [], 0]);
  });

  /** So many readings of the chunk fail, from the first on. */
  function failing({ ledger }: Awaited<ReturnType<typeof withChunk>>, readings: number): Partial<Ledger> {
    let left = readings;
    return {
      readChunk: async (...args) => {
        left -= 1;
        if (left >= 0) throw new Error('throttled');
        return ledger.readChunk(...args);
      },
    };
  }

  it('reads its cards once more if that failed', async () => {
    const world = await withChunk();
    expect((await world.worker(failing(world, 1)).takeRung(world.rung, world.bounds())).end).toBe('settled');
    expect(world.calls).toHaveLength(1);
  });

  it('lets it go with its call told as not sent if its cards cannot be read', async () => {
    const world = await withChunk();
    await expect(world.worker(failing(world, 2)).takeRung(world.rung, world.bounds())).rejects.toThrow('throttled');
    const { fence, inFlight, leaseUntil, lostCalls } = await world.state();
    expect([fence, inFlight, leaseUntil, lostCalls]).toEqual([1, undefined, undefined, []]);
    const call = await world.ledger.readCall('261122101500-0000001');
    expect(call?.ended?.outcome).toEqual({ name: 'not_sent', reason: 'chunk_unread' });
    expect((await world.worker().takeRung(world.rung, world.bounds())).end).toBe('settled');
    expect(world.calls).toHaveLength(1);
  });

  it('leaves its lease to end if that cannot be written either', async () => {
    const world = await withChunk();
    let steps = 0;
    const journal: Ledger['journal'] = (step) => {
      steps += 1;
      return steps === 1 ? world.ledger.journal(step) : Promise.reject(new Error('away'));
    };
    const worker = world.worker({ ...failing(world, 2), journal });
    await expect(worker.takeRung(world.rung, world.bounds())).rejects.toThrow('throttled');
    expect((await world.worker().takeRung(world.rung, world.bounds())).end).toBe('held');
  });

  it('sends nothing if it hears meanwhile that the platform is down', async () => {
    const world = await withChunk();
    world.clock.advance(hearsayMs);
    await openCircuit(world.ledger, world.clock());
    expect((await world.worker().takeRung(world.rung, world.bounds())).end).toBe('parked');
    expect(world.calls).toEqual([]);
  });

  it('asks for nothing in a process that has not heard how the platform is, and it is down', async () => {
    const world = await withChunk();
    await openCircuit(world.ledger, world.clock());
    expect((await world.otherProcess().takeRung(world.rung, world.bounds())).end).toBe('platform_down');
    expect([world.calls, (await world.state()).fence]).toEqual([[], 0]);
  });
});
