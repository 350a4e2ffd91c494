import type { Instant } from './terms.ts';

// How all workers slow down together after a 429. The platform publishes no rate limit, so one is found: after a pause calls
// begin at a slow pace, one after the other; a further 429 halves the pace, and every call that is taken quickens it a little.

export type Pace = {
  /** Between the beginnings of two calls. */
  readonly intervalMs: number;
  /** When the next call may begin. */
  readonly nextAt: Instant;
  /** When the last 429 was noted that changed the pace, and the end of the pause after it. */
  readonly limitedAt: Instant;
  readonly resumesAt: Instant;
};

const firstIntervalMs = 7_000;
const intervalMsMax = 60_000;
const quickerBy = 0.97;
/** The pause after a 429: longer only if the platform asks for it, and even then the others are not kept for longer. */
const pauseMs = 60_000;
const pauseMsMax = 300_000;
/** So long after the last 429 there is no pace any more. */
const forgottenAfterMs = 15 * 60_000;

export type Limited = {
  readonly sentAt: Instant;
  readonly at: Instant;
  readonly retryAfterMs?: number | undefined;
  /** When the latest call was sent that was answered otherwise. */
  readonly answeredAt?: Instant | undefined;
};

/** A call that was sent at `sentAt` was answered 429 at `at`. */
export function limited(
  pace: Pace | undefined,
  { sentAt, at, retryAfterMs = 0, answeredAt = -Infinity }: Limited,
): Pace {
  const resumesAt = at + Math.min(Math.max(pauseMs, retryAfterMs), pauseMsMax);
  const nextAt = Math.max(pace?.nextAt ?? resumesAt, resumesAt);
  if (pace === undefined) return { intervalMs: firstIntervalMs, nextAt, limitedAt: at, resumesAt };
  // A call from before the end of the pause did not keep to the pace, so it says nothing of it.
  if (sentAt < pace.resumesAt) return { ...pace, nextAt };
  // If none was taken since the pause, the platform takes no calls at all: a slower pace would only last longer than that.
  // guard: pace-of-an-outage
  if (answeredAt < pace.resumesAt) return { ...pace, nextAt, limitedAt: at, resumesAt };
  return { intervalMs: Math.min(2 * pace.intervalMs, intervalMsMax), nextAt, limitedAt: at, resumesAt };
}

/** After a call that begins at `at`; undefined: calls may begin as they like again. */
export function paced(pace: Pace, at: Instant): Pace | undefined {
  if (at - pace.limitedAt >= forgottenAfterMs) return undefined;
  return { ...pace, intervalMs: pace.intervalMs * quickerBy, nextAt: at + pace.intervalMs };
}
