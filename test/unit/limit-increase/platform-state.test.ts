import { describe, expect, it } from 'vitest';
import {
  answerCounts,
  answerNoted,
  type CallSeen,
  failureNoted,
  nothingNoted,
  type PlatformState,
  reasonNoted,
  withAnswer,
} from '../../../shared/limit-increase/platform-state.ts';
import { aRequestId } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { backoffMs } from './settle-world.ts';

const minuteMs = 60_000;
const chunk = (chunkNumber: number) => ({ requestId: aRequestId, chunkNumber });

const answerOf = (corporation: string, sentAt: number, over: Partial<CallSeen> = {}): CallSeen => ({
  ...{ chunk: chunk(90), corporation, keyId: 'key-1', sentAt },
  ...over,
});

/** Chunks fail for the first time: these, at these moments after `aMoment`. */
const afterFailures = (...failures: readonly (readonly [chunkNumber: number, ms: number])[]): PlatformState =>
  failures.reduce((state, [one, ms]) => failureNoted(state, chunk(one), aMoment + ms), nothingNoted);

const openAt = (openedAt: number): PlatformState => ({
  ...nothingNoted,
  open: { reason: 'no_answer', openedAt, turns: 2, lastTurnAt: openedAt + 30_000, lastTurn: chunk(1) },
});

describe('chunks that fail for the first time', () => {
  it('open the circuit when they are three within a minute', () => {
    expect(afterFailures([1, 0], [2, 30_000]).open).toBeUndefined();
    const openedAt = aMoment + minuteMs;
    expect(afterFailures([1, 0], [2, 30_000], [3, minuteMs])).toEqual({
      ...nothingNoted,
      open: { reason: 'no_answer', openedAt, turns: 0, lastTurnAt: openedAt },
    });
  });

  it('do not when the first of them failed longer ago', () => {
    const state = afterFailures([1, 0], [2, 30_000], [3, minuteMs + 1]);
    expect(state.open).toBeUndefined();
    expect(state.failures.map((one) => one.chunk)).toEqual([chunk(2), chunk(3)]);
  });

  it('do not when they are the same chunk, told twice', () => {
    expect(afterFailures([1, 0], [2, 0], [2, 1]).open).toBeUndefined();
  });

  it('do not when an answer came in between', () => {
    const answered = answerNoted(afterFailures([1, 0], [2, 1]), answerOf('A', aMoment + 2), aMoment + 3, backoffMs);
    expect(answered.failures).toEqual([]);
    expect(failureNoted(answered, chunk(3), aMoment + 4).open).toBeUndefined();
  });

  it('change nothing while the circuit is open', () => {
    const open = openAt(aMoment);
    expect(failureNoted(open, chunk(9), aMoment + 1)).toBe(open);
  });
});

describe('the reason of an opening', () => {
  it('is what the last call met', () => {
    const refused = reasonNoted(openAt(aMoment), 'credentials_refused');
    expect(refused.open).toMatchObject({ reason: 'credentials_refused', openedAt: aMoment, turns: 2 });
    expect(reasonNoted(refused, 'no_answer').open?.reason).toBe('no_answer');
  });

  it('changes nothing where it is the same, or the circuit is closed', () => {
    const open = openAt(aMoment);
    expect(reasonNoted(open, 'no_answer')).toBe(open);
    expect(reasonNoted(nothingNoted, 'no_answer')).toBe(nothingNoted);
  });
});

describe('an answer', () => {
  it('closes the circuit if its call was sent after the opening, and the time that was open is counted', () => {
    const state = { ...openAt(aMoment), openTotalMs: 5_000 };
    const closed = answerNoted(state, answerOf('A', aMoment), aMoment + 40_000, backoffMs);
    expect(closed.open).toBeUndefined();
    expect(closed).toMatchObject({ openTotalMs: 45_000, recoveredAt: aMoment + 40_000, failures: [], refusals: [] });
  });

  it('does not close it if its call was sent before the opening', () => {
    const state = openAt(aMoment);
    const noted = answerNoted(state, answerOf('A', aMoment - 1), aMoment + 40_000, backoffMs);
    expect(noted).toMatchObject({ open: state.open, openTotalMs: 0 });
    expect(noted.recoveredAt).toBeUndefined();
    expect(answerCounts(state, answerOf('A', aMoment - 1))).toBe(false);
    expect(answerCounts(state, answerOf('A', aMoment))).toBe(true);
  });

  it('is not worth a write where nothing is noted against the platform', () => {
    expect(answerCounts(nothingNoted, answerOf('A', aMoment))).toBe(false);
    const recovered = { ...nothingNoted, openTotalMs: 9, recoveredAt: aMoment, answers: [answerOf('A', aMoment)] };
    expect(answerCounts(recovered, answerOf('B', aMoment + 10 ** 9))).toBe(false);
  });

  it('is worth one where a failure or a refused key is noted', () => {
    expect(answerCounts(afterFailures([1, 0]), answerOf('A', aMoment))).toBe(true);
    expect(answerCounts({ ...nothingNoted, refusals: [answerOf('A', 0)] }, answerOf('A', aMoment))).toBe(true);
  });

  it('is worth one every 30 seconds under a pace', () => {
    const pace = { intervalMs: 7_000, nextAt: aMoment, limitedAt: aMoment, resumesAt: aMoment };
    const state = { ...nothingNoted, pace, answers: [answerOf('A', aMoment)] };
    expect(answerCounts(state, answerOf('A', aMoment + 29_999))).toBe(false);
    expect(answerCounts(state, answerOf('A', aMoment + 30_000))).toBe(true);
  });

  it('is worth one every five minutes while a corporation is refused, and always for that corporation', () => {
    const refusedCorporations = [{ corporation: 'R', attempts: 1, until: aMoment }];
    const state = { ...nothingNoted, refusedCorporations, answers: [answerOf('A', aMoment)] };
    expect(answerCounts(state, answerOf('B', aMoment + 5 * minuteMs - 1))).toBe(false);
    expect(answerCounts(state, answerOf('B', aMoment + 5 * minuteMs))).toBe(true);
    expect(answerCounts(state, answerOf('R', aMoment + 1))).toBe(true);
  });
});

describe('the last answers', () => {
  const [a, b, c] = [answerOf('A', 1), answerOf('B', 2), answerOf('C', 3)];

  it('are of two corporations at most, the latest first', () => {
    expect(withAnswer([], a)).toEqual([a]);
    expect(withAnswer([a], b)).toEqual([b, a]);
    expect(withAnswer([b, a], c)).toEqual([c, b]);
    expect(withAnswer([c, b], a)).toEqual([c, b]);
  });

  it('hold the latest of each corporation, and are returned as they are where nothing is new', () => {
    const later = answerOf('A', 9);
    expect(withAnswer([b, a], later)).toEqual([later, b]);
    const known = [later, b];
    expect(withAnswer(known, a)).toBe(known);
    expect(withAnswer(known, later)).toBe(known);
  });
});
