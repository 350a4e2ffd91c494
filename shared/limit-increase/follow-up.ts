import { type BackoffMs, backoffAfter } from './backoff.ts';
import type { ChunkState } from './chunk-state.ts';
import type { NextStep } from './next-step.ts';
import type { Down } from './platform-state.ts';
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
  /** The platform is known to be down. */
  readonly down?: Down | undefined;
  /** This worker is the one that asks how it is. */
  readonly probes: boolean;
  readonly roomLeft: boolean;
  readonly now: Instant;
};

/**
 * What follows a call: the next one at once, unless its end speaks of the platform's health or of our own keys rather
 * than of cards, or the time is up. Then the chunk waits.
 */
export function followUp(followed: FollowUp, backoffMs: BackoffMs): NextStep {
  const { state, outcome, next, newKey, down, probes, roomLeft, now } = followed;
  if (next.step !== 'ask') return next;
  const blocked = outcome.kind === 'unknown' || outcome.kind === 'not_sent' || isKeyRefused(outcome);
  // In an outage all wait for the same probe: its end makes them due, however often each of them has failed.
  if (down !== undefined && !(probes && newKey))
    return { step: 'wait', until: Math.max(down.nextProbeAt, now + toldMs(outcome)) };
  if (blocked && !newKey) return { step: 'wait', until: now + pauseMs(state, outcome, backoffMs) };
  return roomLeft ? next : { step: 'wait', until: now };
}

export const isKeyRefused = (outcome: CallOutcome): boolean =>
  outcome.kind === 'refused' && outcome.meaning === 'credentials_refused';

const pauseMs = ({ attempts }: ChunkState, outcome: CallOutcome, backoffMs: BackoffMs): number =>
  Math.max(toldMs(outcome), backoffAfter(backoffMs, Math.max(1, attempts)));

const toldMs = (outcome: CallOutcome): number =>
  outcome.kind === 'unknown' ? Math.min(outcome.retryAfterMs ?? 0, retryAfterMaxMs) : 0;
