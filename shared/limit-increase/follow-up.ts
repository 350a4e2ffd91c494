import { type BackoffMs, backoffAfter } from './backoff.ts';
import { isNotAsked } from './call-health.ts';
import type { ChunkState } from './chunk-state.ts';
import type { NextStep } from './next-step.ts';
import type { RefusalVerdict } from './platform-state.ts';
import type { CallOutcome } from './ports.ts';
import type { Instant } from './terms.ts';

export type FollowUp = {
  /** After the outcome. */
  readonly state: ChunkState;
  readonly outcome: CallOutcome;
  /** What the chunk would need next, if nothing spoke against it. */
  readonly next: NextStep;
  /** The outcome was a refused key, and another is at hand now. */
  readonly newKey: boolean;
  /** Of a refused key that stays refused. */
  readonly verdict?: RefusalVerdict | undefined;
  /** The call was a list that failed unclearly, and such lists are halved without a pause. */
  readonly isSplitAtOnce: boolean;
  /** Other chunks' calls were answered since the first of the 429s in a row. */
  readonly isOthersAnswered: boolean;
  /** The circuit is open. */
  readonly isOpen: boolean;
  /** Nothing is noted that a call would have to wait for. */
  readonly isClear: boolean;
  readonly roomLeft: boolean;
  readonly now: Instant;
};

/**
 * What follows a call: the next one at once, unless its end is about the platform or our keys rather than about cards, or
 * the time is up. Then the chunk waits.
 */
export function followUp(followed: FollowUp, backoffMs: BackoffMs): NextStep {
  const { outcome, next, newKey, verdict, isOpen, isClear, roomLeft, now } = followed;
  const mayGoOn = (): NextStep => (isClear && roomLeft ? next : wait(now));
  if (next.step !== 'ask') return next;
  const wait = (until: Instant): NextStep => ({ step: 'wait', until });
  if (newKey) return roomLeft ? next : wait(now);
  if (verdict?.own) return wait(verdict.until);
  // All wait for the same answer: it makes them due, however often each of them has failed.
  if (isOpen || isNotAsked(outcome)) return wait(now);
  if (isKeyRefused(outcome)) return wait(now + backoffAfter(backoffMs, 1));
  if (followed.isSplitAtOnce) return mayGoOn();
  if (outcome.kind === 'unknown' || outcome.kind === 'limited' || outcome.kind === 'not_sent') {
    return wait(now + pauseMs(outcome, failuresOf(followed), backoffMs));
  }
  return mayGoOn();
}

// While nobody is answered but by 429s the pace keeps all apart: then no chunk's own back-off grows.
function failuresOf({ state: { limited, attempts }, isOthersAnswered }: FollowUp): number {
  if (limited === undefined) return Math.max(1, attempts);
  return isOthersAnswered ? limited.times : 1;
}

export const isKeyRefused = (outcome: CallOutcome): boolean =>
  outcome.kind === 'refused' && outcome.meaning === 'credentials_refused';

type Failure = Extract<CallOutcome, { kind: 'unknown' | 'limited' | 'not_sent' }>;

/** The longer of the back-off and what the platform asks for, and never longer than the longest back-off. */
function pauseMs(outcome: Failure, failures: number, backoffMs: BackoffMs): number {
  const asked = outcome.kind === 'not_sent' ? 0 : (outcome.retryAfterMs ?? 0);
  return Math.min(Math.max(asked, backoffAfter(backoffMs, failures)), Math.max(...backoffMs));
}
