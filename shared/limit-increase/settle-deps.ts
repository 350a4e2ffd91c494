import type { CircuitBreaker } from './circuit-breaker.ts';
import type { FinishDeps } from './finish.ts';
import type { JournalRules } from './journal.ts';
import type { Inquire, Platform } from './ports.ts';

export type SettleRules = JournalRules & {
  readonly parsPerCallMax: number;
  readonly callTimeoutMs: number;
  /** So long after a chunk was first taken, outages left out, what is still unknown is given up. */
  readonly giveUpAfterMs: number;
  /** Kept back for writing the outcome of the last call. */
  readonly reserveMs: number;
  /** A lease outlives its session's deadline by this much, for the writes that are under way. */
  readonly leaseGraceMs: number;
};

export type SettleDeps = FinishDeps & {
  readonly platform: Platform;
  readonly breaker: CircuitBreaker;
  /** Absent: the platform has none that we know. */
  readonly inquire?: Inquire | undefined;
  /** Waits so many milliseconds. */
  readonly pause: (ms: number) => Promise<unknown>;
  readonly rules: SettleRules;
};

/** A call is begun only if its time-out and its bookkeeping still fit. */
export const hasRoom = ({ callTimeoutMs, reserveMs }: SettleRules, msLeft: number): boolean =>
  msLeft >= callTimeoutMs + reserveMs;
