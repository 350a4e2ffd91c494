import { describe, expect, it } from 'vitest';
import {
  nothingNoted,
  type OpenCircuit,
  type PlatformState,
  turnOfCorporationMs,
} from '../../../shared/limit-increase/platform-state.ts';
import { hadLastTurn, isClear, type TurnWanted, takeTurn } from '../../../shared/limit-increase/turns.ts';
import { aRequestId } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';

const now = aMoment;
const spacingMs = 10_500;
const chunk = (chunkNumber: number) => ({ requestId: aRequestId, chunkNumber });

const wanted = (over: Partial<TurnWanted> = {}): TurnWanted => ({
  ...{ chunk: chunk(7), corporation: 'A', isOrder: false, waitMs: 30_000, now, spacingMs },
  ...over,
});

const openSince = (lastTurnAt: number, over: Partial<OpenCircuit> = {}): PlatformState => ({
  ...nothingNoted,
  open: { reason: 'no_answer', openedAt: lastTurnAt, turns: 0, lastTurnAt, ...over },
});

const order = { isOrder: true, waitMs: spacingMs };

describe('a turn while the circuit is open', () => {
  it.each([
    [0, 15_000],
    [1, 30_000],
    [2, 50_000],
    [3, 50_000],
    [99, 50_000],
  ])('comes for work that nobody waits for, after %i turns, %i ms after the last one', (turns, pauseMs) => {
    expect(takeTurn(openSince(now - pauseMs + 1, { turns }), wanted())).toEqual({
      until: now + 1,
      why: 'circuit_open',
    });
    expect(takeTurn(openSince(now - pauseMs, { turns }), wanted())).toMatchObject({ at: now });
  });

  it('comes for an order as soon as the last call has surely ended, and the order waits for it', () => {
    expect(takeTurn(openSince(now, { turns: 9 }), wanted(order))).toMatchObject({ at: now + spacingMs });
    expect(takeTurn(openSince(now - spacingMs, { turns: 9 }), wanted(order))).toMatchObject({ at: now });
  });

  it('does not come for an order behind one that is waiting already', () => {
    const first = takeTurn(openSince(now), wanted(order));
    if (!('at' in first)) throw new Error('it has a turn');
    const until = now + 2 * spacingMs;
    expect(takeTurn(first.state, wanted({ ...order, chunk: chunk(8) }))).toEqual({ until, why: 'circuit_open' });
  });

  it('is noted: how many there were, when the last begins, and whose it is', () => {
    const turn = takeTurn(openSince(now - 60_000, { turns: 4, lastTurn: chunk(1) }), wanted());
    if (!('at' in turn)) throw new Error('it has a turn');
    expect(turn.state.open).toMatchObject({ turns: 5, lastTurnAt: now, lastTurn: chunk(7) });
    expect([hadLastTurn(turn.state, chunk(7)), hadLastTurn(turn.state, chunk(8))]).toEqual([true, false]);
    expect(hadLastTurn(nothingNoted, chunk(7))).toBe(false);
  });

  it('is one at a time, at least ten seconds apart, whoever asks', () => {
    let state = openSince(now);
    const turns: number[] = [];
    for (let ms = 0; ms < 600_000; ms += 250) {
      const who = { chunk: chunk(ms), isOrder: ms % 500 === 0, waitMs: ms % 500 === 0 ? spacingMs : 30_000 };
      const turn = takeTurn(state, wanted({ ...who, now: now + ms }));
      if (!('at' in turn)) continue;
      turns.push(turn.at);
      state = turn.state;
    }
    const apart = turns.slice(1).map((at, index) => at - (turns[index] ?? 0));
    expect(Math.min(...apart)).toBeGreaterThanOrEqual(spacingMs);
    expect(turns.length).toBeGreaterThan(50);
  });
});

describe('a turn under a pace', () => {
  const pacedAt = (nextAt: number): PlatformState => ({
    ...nothingNoted,
    pace: { intervalMs: 7_000, nextAt, limitedAt: now - 60_000, resumesAt: now - 60_000 },
  });

  it('comes when the pace says so, if that is not longer than the work may wait', () => {
    expect(takeTurn(pacedAt(now - 1), wanted())).toMatchObject({ at: now });
    expect(takeTurn(pacedAt(now + 30_000), wanted())).toMatchObject({ at: now + 30_000 });
    expect(takeTurn(pacedAt(now + 30_001), wanted())).toEqual({ until: now + 30_001, why: 'pace' });
  });

  it('keeps the next one an interval away', () => {
    const turn = takeTurn(pacedAt(now + 5_000), wanted());
    expect(turn).toMatchObject({ state: { pace: { nextAt: now + 12_000 } } });
  });

  it('ends the pace when the last 429 is long ago', () => {
    const state = {
      ...nothingNoted,
      pace: { intervalMs: 7_000, nextAt: now, limitedAt: now - 15 * 60_000, resumesAt: now - 15 * 60_000 },
    };
    const turn = takeTurn(state, wanted());
    if (!('at' in turn)) throw new Error('it has a turn');
    expect(turn.state.pace).toBeUndefined();
  });

  it('waits for both where the circuit is open too', () => {
    const { pace } = pacedAt(now + 20_000);
    expect(takeTurn({ ...openSince(now - 60_000), pace }, wanted())).toMatchObject({ at: now + 20_000 });
  });
});

describe('a turn of a refused corporation', () => {
  const refusedUntil = (until: number): PlatformState => ({
    ...nothingNoted,
    refusedCorporations: [
      { corporation: 'A', attempts: 1, until },
      { corporation: 'B', attempts: 2, until: now + 99_000 },
    ],
  });

  it('does not come before its back-off is over; others are not concerned', () => {
    expect(takeTurn(refusedUntil(now + 1), wanted())).toEqual({ until: now + 1, why: 'corporation' });
    expect(takeTurn(refusedUntil(now + 1), wanted({ corporation: 'C' }))).toMatchObject({ at: now });
  });

  it('comes then for one chunk, and its others wait for what that one meets', () => {
    const turn = takeTurn(refusedUntil(now), wanted());
    if (!('at' in turn)) throw new Error('it has a turn');
    const until = now + turnOfCorporationMs;
    expect(takeTurn(turn.state, wanted({ chunk: chunk(8) }))).toEqual({ until, why: 'corporation' });
    expect(turn.state.refusedCorporations[1]).toMatchObject({ corporation: 'B', until: now + 99_000 });
  });

  it('does not come while the circuit is open for others either', () => {
    const state = { ...refusedUntil(now + 1), open: openSince(now - 60_000).open };
    expect(takeTurn(state, wanted())).toEqual({ until: now + 1, why: 'corporation' });
  });
});

describe('a call that needs no turn', () => {
  it('is one for a corporation against which nothing is noted, while the circuit is closed and there is no pace', () => {
    const refused = { ...nothingNoted, refusedCorporations: [{ corporation: 'A', attempts: 1, until: 0 }] };
    const pace = { intervalMs: 1, nextAt: 0, limitedAt: 0, resumesAt: 0 };
    expect(isClear(nothingNoted, 'A')).toBe(true);
    expect([isClear(refused, 'A'), isClear(refused, 'B')]).toEqual([false, true]);
    expect(isClear(openSince(0), 'B')).toBe(false);
    expect(isClear({ ...nothingNoted, pace }, 'B')).toBe(false);
  });
});
