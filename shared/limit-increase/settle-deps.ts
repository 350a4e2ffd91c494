import type { JournalRules } from './journal.ts';
import type { Notify } from './notice.ts';
import type { Clock, Ledger, Platform } from './ports.ts';
import type { Bells } from './upload.ts';

export type SettleRules = JournalRules & {
  readonly parsPerCallMax: number;
  readonly callTimeoutMs: number;
  /** Kept back for writing the outcome of the last call. */
  readonly reserveMs: number;
  /** A lease outlives its session's deadline by this much, for the writes that are under way. */
  readonly leaseGraceMs: number;
};

export type SettleDeps = {
  readonly ledger: Ledger;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly notify: Notify;
  /** Waits so many milliseconds. */
  readonly pause: (ms: number) => Promise<unknown>;
  readonly rules: SettleRules;
  /** See FinishDeps in finish.ts. */
  readonly ringReport?: Bells['ringReport'] | undefined;
};

/** A call is begun only if its time-out and its bookkeeping still fit. */
export const hasRoom = ({ callTimeoutMs, reserveMs }: SettleRules, msLeft: number): boolean =>
  msLeft >= callTimeoutMs + reserveMs;
