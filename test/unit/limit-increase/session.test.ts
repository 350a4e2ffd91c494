import { describe, expect, it } from 'vitest';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { aPar } from '../../support/builders.ts';
import { backoffMs, keyRefused, listing, openSettleWorld, ref, refusedAs, timeout } from './settle-world.ts';

describe('keys that are refused', () => {
  // failures: F078
  it('are read anew once a session; refused again, the chunk waits, and no attempt counts', async () => {
    const { order, worker, bounds, says, refreshes, state, calls, clock } = openSettleWorld();
    await order(2);
    says(keyRefused, keyRefused);
    expect((await worker().takeDue(ref, bounds())).end).toBe('parked');
    expect(refreshes()).toBe(1);
    expect(calls).toHaveLength(2);
    expect(await state()).toMatchObject({ attempts: 0, plan: { pool: [0, 1] }, dueAt: clock() + backoffMs[0] });
  });

  // failures: F077
  it('let the session go on when the new ones are taken', async () => {
    const { order, worker, bounds, says, refreshes, calls } = openSettleWorld();
    await order(2);
    says(keyRefused, listing);
    expect((await worker().takeDue(ref, bounds())).end).toBe('settled');
    expect(refreshes()).toBe(1);
    expect(new Set(calls.map(({ correlationId }) => correlationId)).size).toBe(2);
  });
});

describe('a platform that asks for time', () => {
  const [shortestMs, , longestMs] = backoffMs;
  const unavailable = (retryAfterMs: number): CallOutcome => ({
    ...{ kind: 'unknown', httpStatus: 503, reason: 'http_5xx', breaches: [] },
    retryAfterMs,
  });
  const limited = (retryAfterMs: number): CallOutcome => ({
    ...{ kind: 'limited', httpStatus: 429, breaches: [] },
    retryAfterMs,
  });

  it.each([
    ['shorter than the back-off: the back-off counts', 1_000, shortestMs],
    ['longer than the back-off', 90_000, 90_000],
    ['of an hour: the longest back-off counts', 3_600_000, longestMs],
    ['of a day: the longest back-off counts', 86_400_000, longestMs],
    // failures: F079
  ])('is given it, %s', async (_, retryAfterMs, pauseMs) => {
    for (const outcome of [unavailable(retryAfterMs), limited(retryAfterMs)]) {
      const { order, worker, bounds, says, state, clock } = openSettleWorld();
      await order(2);
      says(outcome);
      expect((await worker().takeDue(ref, bounds())).end).toBe('parked');
      expect((await state()).dueAt).toBe(clock() + pauseMs);
    }
  });
});

describe('a chunk whose calls bring no answer', () => {
  it('waits longer each time, up to the last step, and no longer than at first once one was answered', async () => {
    const { order, worker, bounds, says, clock, state, noticesOf } = openSettleWorld();
    await order(3);
    const pauses: number[] = [];
    const inLists = { parsPerCallMax: 2 };
    for (const said of [[timeout], [timeout], [timeout], [timeout], [listing, timeout, timeout]]) {
      says(...said);
      await worker({}, inLists).takeDue(ref, bounds());
      const { dueAt, results } = await state();
      const open = 3 - results.size;
      expect(noticesOf('chunk_parked').at(-1)).toEqual({ notice: 'chunk_parked', chunk: ref, open, dueAt });
      pauses.push(dueAt - clock());
      clock.advance(dueAt - clock());
    }
    expect(pauses).toEqual([backoffMs[0], backoffMs[1], backoffMs[2], backoffMs[2], backoffMs[0]]);
  });
});

describe('a session', () => {
  // failures: F009
  it('begins no further call for which there is no room, and leaves the rest due at once', async () => {
    const { order, worker, bounds, says, state, clock, calls } = openSettleWorld();
    await order(4);
    says((call) => {
      clock.advance(47_000);
      return typeof listing === 'function' ? listing(call) : listing;
    });
    const fewer = worker({}, { parsPerCallMax: 2 });
    expect((await fewer.takeDue(ref, bounds())).end).toBe('parked');
    expect(calls).toHaveLength(1);
    expect(await state()).toMatchObject({ dueAt: clock(), plan: { pool: [2, 3] } });
    expect((await fewer.takeRung(ref, bounds())).end).toBe('settled');
  });

  it('writes the items of its cards before it lets the chunk go', async () => {
    const { order, worker, bounds, says, ledger, state } = openSettleWorld();
    await order(3);
    says(listing, timeout);
    const done: string[] = [];
    const watched = worker(
      {
        writeCards: async (entries) => {
          done.push('cards');
          await ledger.writeCards(entries);
        },
        journal: async (step) => {
          done.push(step.state.leaseUntil === undefined ? 'let go' : 'held');
          return ledger.journal(step);
        },
      },
      { parsPerCallMax: 1 },
    );
    expect((await watched.takeDue(ref, bounds())).end).toBe('parked');
    expect(done).toEqual(['held', 'held', 'held', 'cards', 'let go']);
    expect(await ledger.readCardHistory(aPar(1))).toMatchObject([{ entry: 'result', status: 'named' }]);
    expect(await ledger.readCardHistory(aPar(2))).toMatchObject([{ entry: 'maybe' }]);
    expect(await ledger.readCardHistory(aPar(3))).toEqual([]);
    expect((await state()).leaseUntil).toBeUndefined();
  });

  // failures: F005
  it('keeps the chunk if the items of its cards cannot be written: the next worker writes them', async () => {
    const { order, worker, bounds, says, state, ledger, clock } = openSettleWorld();
    await order(2);
    says(timeout);
    const writeCards = async (): Promise<never> => Promise.reject(new Error('away'));
    expect((await worker({ writeCards }).takeDue(ref, bounds())).end).toBe('interrupted');
    const { leaseUntil = 0 } = await state();
    clock.advance(leaseUntil + 1 - clock());
    says(refusedAs('not_found', '003_021'), timeout);
    expect((await worker({}, { parsPerCallMax: 1 }).takeDue(ref, bounds())).end).toBe('parked');
    for (const card of [1, 2]) expect(await ledger.readCardHistory(aPar(card))).not.toEqual([]);
  });

  // failures: F008 F104
  it('writes an outcome again and again while there is time, and settles in the end', async () => {
    const { order, worker, bounds, ledger, calls } = openSettleWorld();
    await order(2);
    let failures = 0;
    const journal: typeof ledger.journal = async (step) => {
      if (step.ended === undefined || failures === 4) return ledger.journal(step);
      failures += 1;
      throw new Error('away');
    };
    expect((await worker({ journal }).takeDue(ref, bounds())).end).toBe('settled');
    expect([failures, calls.length]).toEqual([4, 1]);
  });
});
