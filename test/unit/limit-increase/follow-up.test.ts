import { describe, expect, it } from 'vitest';
import { notAsked } from '../../../shared/limit-increase/call-health.ts';
import { type FollowUp, followUp } from '../../../shared/limit-increase/follow-up.ts';
import type { NextStep } from '../../../shared/limit-increase/next-step.ts';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { aState } from '../../support/builders.ts';
import { backoffMs, keyRefused, refusedAs, timeout } from './settle-world.ts';

const now = 1_000_000;
const [, , longestMs] = backoffMs;
const ask: NextStep = { step: 'ask', positions: [0] };
const unavailable = (retryAfterMs?: number): CallOutcome => ({
  ...{ kind: 'unknown', httpStatus: 503, reason: 'http_5xx', breaches: [] },
  retryAfterMs,
});
const limited = (retryAfterMs?: number): CallOutcome => ({
  ...{ kind: 'limited', httpStatus: 429, breaches: [] },
  retryAfterMs,
});
const answer = refusedAs('not_found', '003_021');

const whatFollows = (outcome: CallOutcome, over: Partial<FollowUp> = {}): NextStep =>
  followUp(
    {
      ...{ state: aState(2, { attempts: 1 }), outcome, next: ask },
      ...{
        newKey: false,
        isSplitAtOnce: false,
        isOthersAnswered: false,
        isOpen: false,
        isClear: true,
        roomLeft: true,
        now,
      },
      ...over,
    },
    backoffMs,
  );

const waitsFor = (ms: number): NextStep => ({ step: 'wait', until: now + ms });

describe('what follows a call', () => {
  it('is the next call at once after an answer about cards', () => {
    expect(whatFollows(answer)).toEqual(ask);
    expect(whatFollows({ kind: 'answered', httpStatus: 200, listed: [], breaches: [] })).toEqual(ask);
    expect(whatFollows({ kind: 'found_named' })).toEqual(ask);
  });

  it('is what the chunk needs, if it needs no call', () => {
    expect(whatFollows(timeout, { next: { step: 'settled' }, isOpen: true })).toEqual({ step: 'settled' });
    expect(whatFollows(timeout, { next: waitsFor(5) })).toEqual(waitsFor(5));
    expect(whatFollows(keyRefused, { next: waitsFor(5), newKey: true })).toEqual(waitsFor(5));
  });

  it('is another session, at once, when the time is up or calls need a turn', () => {
    expect(whatFollows(answer, { roomLeft: false })).toEqual(waitsFor(0));
    expect(whatFollows(answer, { isClear: false })).toEqual(waitsFor(0));
  });

  it.each([
    [0, backoffMs[0]],
    [1, backoffMs[0]],
    [2, backoffMs[1]],
    [3, backoffMs[2]],
    [9, backoffMs[2]],
  ])('waits after %i failures in a row, longer each time, up to the longest back-off', (attempts, ms) => {
    const state = aState(2, { attempts });
    expect(whatFollows(timeout, { state })).toEqual(waitsFor(ms));
    expect(whatFollows({ kind: 'not_sent', reason: 'connect_failed' }, { state })).toEqual(waitsFor(ms));
  });

  it.each([1, 2, 3, 4])(
    'waits after %i answers in a row with 429, longer each time only while other calls are answered',
    (times) => {
      const state = aState(2, { attempts: 0, limited: { times, since: now } });
      const longer = backoffMs[Math.min(times, 3) - 1] ?? 0;
      expect(whatFollows(limited(), { state, isOthersAnswered: true })).toEqual(waitsFor(longer));
      expect(whatFollows(limited(), { state })).toEqual(waitsFor(backoffMs[0]));
    },
  );

  it.each([
    ['503', unavailable],
    ['429', limited],
  ])('waits after a %s for the longer of Retry-After and the back-off, up to the longest back-off', (_, outcome) => {
    expect(whatFollows(outcome(1))).toEqual(waitsFor(backoffMs[0]));
    expect(whatFollows(outcome(90_000))).toEqual(waitsFor(90_000));
    expect(whatFollows(outcome(longestMs + 1))).toEqual(waitsFor(longestMs));
    expect(whatFollows(outcome(24 * 3_600_000))).toEqual(waitsFor(longestMs));
  });
});

describe('what follows a list that failed and is split at once', () => {
  it('is its first half, however often the chunk has failed', () => {
    const state = aState(2, { attempts: 9 });
    expect(whatFollows(timeout, { state, isSplitAtOnce: true })).toEqual(ask);
    expect(whatFollows(timeout, { state, isSplitAtOnce: true, roomLeft: false })).toEqual(waitsFor(0));
    expect(whatFollows(timeout, { state, isSplitAtOnce: true, isOpen: true })).toEqual(waitsFor(0));
  });
});

describe('what follows a refused key', () => {
  it('is the call again with a new key, or another session if there is no room', () => {
    expect(whatFollows(keyRefused, { newKey: true })).toEqual(ask);
    expect(whatFollows(keyRefused, { newKey: true, isOpen: true, isClear: false })).toEqual(ask);
    expect(whatFollows(keyRefused, { newKey: true, roomLeft: false })).toEqual(waitsFor(0));
  });

  it('is the back-off that all chunks of a corporation share, if the refusal is its own', () => {
    const verdict = { own: true, until: now + 77_000 } as const;
    expect(whatFollows(keyRefused, { verdict })).toEqual(waitsFor(77_000));
    expect(whatFollows(keyRefused, { verdict, isOpen: true })).toEqual(waitsFor(77_000));
  });

  it.each([0, 1, 5])('is always the first back-off after %i failures: the refusal counts as no attempt', (attempts) => {
    const state = aState(2, { attempts });
    expect(whatFollows(keyRefused, { state, verdict: { own: false } })).toEqual(waitsFor(backoffMs[0]));
  });
});

describe('what follows a call while the circuit is open', () => {
  it.each([
    ['a time-out', timeout],
    ['a 503 with Retry-After', unavailable(90_000)],
    ['a 429', limited()],
    ['a refused key', keyRefused],
    ['a refused connection', { kind: 'not_sent', reason: 'connect_failed' }],
  ] satisfies [string, CallOutcome][])(
    'is the next turn, however often the chunk has failed: after %s',
    (_, outcome) => {
      expect(whatFollows(outcome, { isOpen: true, state: aState(2, { attempts: 9 }) })).toEqual(waitsFor(0));
    },
  );

  it('is the next turn too if the call was not sent for it', () => {
    expect(whatFollows(notAsked, { isOpen: false })).toEqual(waitsFor(0));
  });
});
