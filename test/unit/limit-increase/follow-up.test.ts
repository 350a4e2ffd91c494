import { describe, expect, it } from 'vitest';
import { type FollowUp, followUp } from '../../../shared/limit-increase/follow-up.ts';
import type { NextStep } from '../../../shared/limit-increase/next-step.ts';
import type { Down } from '../../../shared/limit-increase/platform-state.ts';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { aState } from '../../support/builders.ts';
import { backoffMs, keyRefused, refusedAs, timeout } from './settle-world.ts';

const now = 1_000_000;
const hourMs = 3_600_000;
const ask: NextStep = { step: 'ask', positions: [0] };
const down: Down = { state: 'down', reason: 'no_answer', since: now - 60_000, probes: 1, nextProbeAt: now + 15_000 };
const busy = (retryAfterMs: number): CallOutcome => ({
  ...{ kind: 'unknown', httpStatus: 503, reason: 'http_5xx', breaches: [] },
  retryAfterMs,
});

const whatFollows = (outcome: CallOutcome, over: Partial<FollowUp> = {}): NextStep =>
  followUp(
    {
      ...{ state: aState(2, { attempts: 1 }), outcome, next: ask },
      ...{ newKey: false, probes: false, roomLeft: true, now },
      ...over,
    },
    backoffMs,
  );

const waitsFor = (ms: number): NextStep => ({ step: 'wait', until: now + ms });

describe('what follows a call', () => {
  it('is the next call at once if the answer was one about cards', () => {
    expect(whatFollows(refusedAs('not_found', '003_021'))).toEqual(ask);
    expect(whatFollows({ kind: 'answered', httpStatus: 200, listed: [], breaches: [] })).toEqual(ask);
    expect(whatFollows({ kind: 'found_named' })).toEqual(ask);
  });

  it('is nothing else than the chunk needs, if it needs no call', () => {
    expect(whatFollows(timeout, { next: { step: 'settled' }, down })).toEqual({ step: 'settled' });
    expect(whatFollows(timeout, { next: waitsFor(5) })).toEqual(waitsFor(5));
  });

  it('waits for another session when the time is up', () => {
    expect(whatFollows(refusedAs('not_found', '003_021'), { roomLeft: false })).toEqual(waitsFor(0));
  });

  it.each([
    [0, backoffMs[0]],
    [1, backoffMs[0]],
    [2, backoffMs[1]],
    [3, backoffMs[2]],
    [9, backoffMs[2]],
  ])('backs off after %i calls in a row without an answer, for longer each time', (attempts, ms) => {
    const state = aState(2, { attempts });
    expect(whatFollows(timeout, { state })).toEqual(waitsFor(ms));
    expect(whatFollows(keyRefused, { state })).toEqual(waitsFor(ms));
    expect(whatFollows({ kind: 'not_sent', reason: 'connect_failed' }, { state })).toEqual(waitsFor(ms));
  });

  it('waits as long as the platform asks for, up to an hour, and never less than the back-off', () => {
    expect(whatFollows(busy(90_000))).toEqual(waitsFor(90_000));
    expect(whatFollows(busy(2 * hourMs))).toEqual(waitsFor(hourMs));
    expect(whatFollows(busy(1))).toEqual(waitsFor(backoffMs[0]));
  });

  it('goes on at once with a new key after a refused one', () => {
    expect(whatFollows(keyRefused, { newKey: true })).toEqual(ask);
  });

  it('waits for the next probe while the platform is down, whatever the answer was', () => {
    expect(whatFollows(timeout, { down })).toEqual(waitsFor(15_000));
    expect(whatFollows(refusedAs('not_found', '003_021'), { down })).toEqual(waitsFor(15_000));
    expect(whatFollows(busy(90_000), { down })).toEqual(waitsFor(90_000));
  });

  it('lets only the probe go on with a new key while the platform is down', () => {
    expect(whatFollows(keyRefused, { down, newKey: true })).toEqual(waitsFor(15_000));
    expect(whatFollows(keyRefused, { down, newKey: true, probes: true })).toEqual(ask);
    expect(whatFollows(keyRefused, { down, newKey: false, probes: true })).toEqual(waitsFor(15_000));
  });
});
