import type { FinalCardStatus, Instant, SettledCounts } from './terms.ts';

// All that changes about a chunk, as one value. A worker reads it, folds a call's outcome into it and writes it back
// whole, in the transaction that records the call: so what the chunk says never runs ahead of its calls, or behind.

/** Indexes into the chunk's `pars`, none twice. Their order is kept: it is the order of asking. */
export type Positions = readonly number[];

/** A call as it was journalled before its first byte left. */
export type JournalledCall = {
  readonly correlationId: string;
  readonly positions: Positions;
  readonly startedAt: Instant;
};

/** A final result of one card. */
export type CardResult = {
  readonly status: FinalCardStatus;
  readonly code?: string | undefined;
  /** KONA's description. */
  readonly message?: string | undefined;
  readonly returnMessage?: string | undefined;
  readonly correlationId?: string | undefined;
  /** The number of the redrive after which it was obtained; absent: before any. */
  readonly redrive?: number | undefined;
  readonly updatedAt: Instant;
};

/** What earlier calls of this chunk left behind for a card that is still open, or that did not end `named`. */
export type CardTrace = {
  /** The first call that may have named the card: it ended unknown, was refused as a list, or did not account for it. */
  readonly maybe: string;
  /** That, or a later one, was more than a refused list: a refusal alone must come twice to be believed. */
  readonly unknown: boolean;
  /** A 200 listed the card with a word that is not known as success: proof that it is this corporation's. */
  readonly listed?: { readonly correlationId: string; readonly returnMessage: string } | undefined;
  /** A refusal alone that waits for its confirmation. */
  readonly refusal?: { readonly code?: string | undefined; readonly message?: string | undefined } | undefined;
  /** How often the card was sent alone and answered without being settled: sets how long it waits. */
  readonly tries: number;
  readonly notBefore?: Instant | undefined;
};

/**
 * How the open cards will be asked for; every open card is in exactly one of the four.
 * See isolation.ts, which alone decides what moves where.
 */
export type Plan = {
  /** Nothing against them yet: asked in lists. */
  readonly pool: Positions;
  /** Part of a refused list, halved until the card at fault stands alone. */
  readonly suspect: Positions;
  /** Lists whose call ended unknown: each is asked once more as it was. */
  readonly repeat: readonly Positions[];
  /** Each asked for alone, in this order. */
  readonly alone: Positions;
  /** How many more lists may be refused before the rest goes alone. */
  readonly credit: number;
};

export type ChunkState = {
  /** Grows by 1 with every worker that takes the chunk, and with every redrive that reopens it. */
  readonly fence: number;
  /** Absent: nobody holds the chunk. */
  readonly leaseUntil?: Instant | undefined;
  /** When it is to be tried (again); while it is held, when its lease expires. */
  readonly dueAt: Instant;
  /** `settled`: every card is final, their items are not all written yet. `done`: it left the index of open work. */
  readonly stage: 'open' | 'settled' | 'done';
  /** Calls in a row that brought no answer: sets how long the next back-off is. */
  readonly attempts: number;
  /** The platform's up time (see PlatformWatch) when the chunk was first taken; absent if that was not known. */
  readonly triedSince?: number | undefined;
  /** Journalled, no outcome recorded yet. Of a lease that expired, such a call counts as unknown. */
  readonly inFlight?: JournalledCall | undefined;
  /** Calls whose worker vanished. Its late word, if it comes, stands in the call item. */
  readonly lostCalls: readonly JournalledCall[];
  readonly plan: Plan;
  readonly traces: ReadonlyMap<number, CardTrace>;
  readonly results: ReadonlyMap<number, CardResult>;
  /** What of `results` the request's tally already holds. */
  readonly tallied: SettledCounts;
  /** The number of the redrive that reopened the chunk last: none reopens it twice. */
  readonly redriven?: number | undefined;
  readonly updatedAt: Instant;
};
