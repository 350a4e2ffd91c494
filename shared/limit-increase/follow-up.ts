import { type BackoffMs, backoffAfter } from './backoff.ts';
import type { ChunkState } from './chunk-state.ts';
import type { NextStep } from './next-step.ts';
import type { CallOutcome } from './ports.ts';
import type { Instant } from './terms.ts';

/** The longest that a Retry-After of the platform is heeded. */
const retryAfterMaxMs = 3_600_000;

export type FollowUp = {
  /** After the outcome. */
  readonly state: ChunkState;
  readonly outcome: CallOutcome;
  /** What the chunk would need next, if nothing spoke against it. */
  readonly next: NextStep;
  /** The outcome was a refused key, and another is at hand now. */
  readonly newKey: boolean;
  readonly roomLeft: boolean;
  readonly now: Instant;
};

/**
 * What follows a call: the next one at once, unless its end speaks of the platform's health or of our own keys rather
 * than of cards, or the time is up. Then the chunk waits.
 */
export function followUp({ state, outcome, next, newKey, roomLeft, now }: FollowUp, backoffMs: BackoffMs): NextStep {
  if (next.step !== 'ask') return next;
  const blocked = outcome.kind === 'unknown' || outcome.kind === 'not_sent' || isKeyRefused(outcome);
  if (blocked && !newKey) return { step: 'wait', until: now + pauseMs(state, outcome, backoffMs) };
  return roomLeft ? next : { step: 'wait', until: now };
}

export const isKeyRefused = (outcome: CallOutcome): boolean =>
  outcome.kind === 'refused' && outcome.meaning === 'credentials_refused';

function pauseMs({ attempts }: ChunkState, outcome: CallOutcome, backoffMs: BackoffMs): number {
  const told = outcome.kind === 'unknown' ? (outcome.retryAfterMs ?? 0) : 0;
  return Math.max(Math.min(told, retryAfterMaxMs), backoffAfter(backoffMs, Math.max(1, attempts)));
}
