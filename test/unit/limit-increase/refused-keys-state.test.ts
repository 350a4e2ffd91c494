import { describe, expect, it } from 'vitest';
import {
  answerNoted,
  type CallSeen,
  nothingNoted,
  type PlatformState,
  refusalNoted,
  turnOfCorporationMs,
} from '../../../shared/limit-increase/platform-state.ts';
import { aRequestId } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { backoffMs } from './settle-world.ts';

// The rules of "Configuration": a refused key is our configuration, or one corporation's own trouble.

const quarterMs = 15 * 60_000;

/** A call of the n-th chunk for a corporation. */
const callOf = (corporation: string, n: number, over: Partial<CallSeen> = {}): CallSeen => ({
  ...{ chunk: { requestId: aRequestId, chunkNumber: n }, corporation, keyId: 'key-1', sentAt: aMoment },
  ...over,
});

const refusedAt = (state: PlatformState, call: CallSeen, at = aMoment) => refusalNoted(state, call, at, backoffMs);
const answeredAt = (state: PlatformState, call: CallSeen, at = aMoment) => answerNoted(state, call, at, backoffMs);

const afterRefusals = (...calls: readonly CallSeen[]): PlatformState =>
  calls.reduce((state, call) => refusedAt(state, call).state, nothingNoted);

const answered = (corporation: string, over: Partial<CallSeen> = {}): PlatformState => ({
  ...nothingNoted,
  answers: [callOf(corporation, 90, over)],
});

describe('a refused key', () => {
  it('is our configuration where no other corporation is known to be answered', () => {
    const { state, verdict } = refusedAt(nothingNoted, callOf('A', 1));
    expect(verdict).toEqual({ own: false });
    expect(state).toEqual({ ...nothingNoted, refusals: [callOf('A', 1)] });
  });

  it.each<[string, PlatformState]>([
    ['only the same corporation was answered', answered('A')],
    ['another was answered with another key', answered('B', { keyId: 'key-2' })],
    ['another was answered more than 15 minutes ago', answered('B', { sentAt: aMoment - quarterMs - 1 })],
  ])('is our configuration where %s', (_, state) => {
    expect(refusedAt(state, callOf('A', 1)).verdict).toEqual({ own: false });
  });

  it('is the corporation’s own where another was answered with the same key within 15 minutes', () => {
    const state = answered('B', { sentAt: aMoment - quarterMs });
    const { state: after, verdict } = refusedAt(state, callOf('A', 1));
    expect(verdict).toEqual({ own: true, until: aMoment + backoffMs[0] });
    expect(after).toMatchObject({
      refusals: [],
      refusedCorporations: [{ corporation: 'A', attempts: 1, until: aMoment + backoffMs[0] }],
    });
    expect(after.open).toBeUndefined();
  });
});

describe('refused keys that are our configuration', () => {
  // failures: F078
  it('open the circuit when three chunks met them, of one corporation or several', () => {
    expect(afterRefusals(callOf('A', 1), callOf('A', 2)).open).toBeUndefined();
    expect(afterRefusals(callOf('A', 1), callOf('A', 2), callOf('A', 3)).open).toEqual({
      ...{ reason: 'credentials_refused', openedAt: aMoment, turns: 0, lastTurnAt: aMoment },
    });
    expect(afterRefusals(callOf('A', 1), callOf('B', 2), callOf('C', 3)).open?.reason).toBe('credentials_refused');
  });

  it('do not when one chunk meets them again and again', () => {
    expect(afterRefusals(callOf('A', 1), callOf('A', 2), callOf('A', 2), callOf('A', 1)).open).toBeUndefined();
  });

  it('open it however long they are apart: only an answer forgets them', () => {
    const two = afterRefusals(callOf('A', 1), callOf('A', 2));
    expect(refusedAt(two, callOf('A', 3, { sentAt: aMoment + 10 ** 9 }), aMoment + 10 ** 9).state.open).toBeDefined();
    const forgotten = answeredAt(two, callOf('A', 4));
    expect(forgotten.refusals).toEqual([]);
    expect(refusedAt(forgotten, callOf('A', 3)).state.open).toBeUndefined();
  });

  it('are the reason of an outage that turns into them', () => {
    const open = { reason: 'no_answer', openedAt: aMoment - 1, turns: 3, lastTurnAt: aMoment - 1 } as const;
    const { state } = refusedAt({ ...nothingNoted, open }, callOf('A', 1));
    expect(state.open).toEqual({ ...open, reason: 'credentials_refused' });
  });

  it('are kept of ten chunks at most', () => {
    const calls = Array.from({ length: 12 }, (_, index) => callOf('A', index + 1));
    expect(afterRefusals(...calls).refusals).toEqual(calls.slice(2));
  });
});

describe('an answer for another corporation with the same key', () => {
  const state = afterRefusals(callOf('A', 1), callOf('A', 2), callOf('A', 3));
  const at = aMoment + 20_000;

  it('closes the circuit, and the refusals are that corporation’s own from then on', () => {
    const after = answeredAt(state, callOf('B', 9, { sentAt: at - 100 }), at);
    expect(after.open).toBeUndefined();
    expect(after).toMatchObject({
      refusals: [],
      openTotalMs: 20_000,
      recoveredAt: at,
      refusedCorporations: [{ corporation: 'A', attempts: 1, until: at + backoffMs[0] }],
    });
  });

  it('moves nobody if it was made with another key', () => {
    const after = answeredAt(state, callOf('B', 9, { keyId: 'key-2', sentAt: at - 100 }), at);
    expect(after).toMatchObject({ refusals: [], refusedCorporations: [] });
    expect(after.open).toBeUndefined();
  });

  it('leaves the back-off of one that is known to be refused', () => {
    const known = { corporation: 'A', attempts: 3, until: at + 7 };
    const after = answeredAt({ ...state, refusedCorporations: [known] }, callOf('B', 9, { sentAt: at }), at);
    expect(after.refusedCorporations).toEqual([known]);
  });
});

describe('a corporation that is refused while others are answered', () => {
  const refused = refusedAt(answered('B'), callOf('A', 1)).state;
  const [first] = backoffMs;

  it('waits longer each time, up to the longest back-off', () => {
    let state = refused;
    const waits: number[] = [];
    for (let attempt = 2; attempt <= 5; attempt += 1) {
      const at = aMoment + attempt * quarterMs;
      const known = { ...state, answers: [callOf('B', 90, { sentAt: at })] };
      const { state: after, verdict } = refusedAt(known, callOf('A', 1), at);
      waits.push(verdict.own ? verdict.until - at : 0);
      state = after;
    }
    expect(waits).toEqual([backoffMs[1], backoffMs[2], backoffMs[2], backoffMs[2]]);
    expect(state.refusedCorporations).toMatchObject([{ corporation: 'A', attempts: 5 }]);
  });

  it('counts chunks that are refused side by side as one attempt, with one back-off for all', () => {
    const { state, verdict } = refusedAt(refused, callOf('A', 2), aMoment + 1_000);
    expect(verdict).toEqual({ own: true, until: aMoment + first });
    expect(state.refusedCorporations).toEqual(refused.refusedCorporations);
  });

  it('counts the one whose turn it was as a new attempt', () => {
    const at = aMoment + first;
    const [standing] = refused.refusedCorporations;
    if (standing === undefined) throw new Error('the corporation is refused');
    const turnTaken = { ...refused, refusedCorporations: [{ ...standing, until: at + turnOfCorporationMs }] };
    const { verdict } = refusedAt(turnTaken, callOf('A', 2), at + 100);
    expect(verdict).toEqual({ own: true, until: at + 100 + backoffMs[1] });
  });

  it('waits no more once it is answered, and others are not concerned', () => {
    expect(answeredAt(refused, callOf('C', 5)).refusedCorporations).toEqual(refused.refusedCorporations);
    expect(answeredAt(refused, callOf('A', 1)).refusedCorporations).toEqual([]);
  });

  it('is one of fifty at most that are remembered', () => {
    let state = refused;
    for (let n = 1; n <= 60; n += 1) state = refusedAt(state, callOf(`R${n}`, n)).state;
    expect(state.refusedCorporations).toHaveLength(50);
    expect(state.refusedCorporations.at(-1)?.corporation).toBe('R60');
  });
});
