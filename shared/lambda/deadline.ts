import type { Instant } from '../limit-increase/terms.ts';

/** Kept back from what Lambda grants: for the answer, and for writes that are under way. */
const reserveMs = 2_000;
/** Kept back from the time within which a caller is answered. */
const answerReserveMs = 1_000;

export type TimeGranted = {
  readonly startedAt: Instant;
  /** What Lambda said at the start. */
  readonly remainingMs: number;
  /** Within how long a caller is promised an answer. */
  readonly answerWithinMs?: number | undefined;
};

/** Until when new work may be begun. */
export function deadlineOf({ startedAt, remainingMs, answerWithinMs = Infinity }: TimeGranted): Instant {
  return startedAt + Math.min(answerWithinMs - answerReserveMs, remainingMs - reserveMs);
}
