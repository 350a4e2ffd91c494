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

/**
 * What a call that did not settle a card leaves in doubt. `refused_list`: it was a list that was refused, or listed the card
 * with a refusal. `refused_call`: it was refused for our keys, or for its corporation. `unknown`: anything else.
 */
export const doubts = ['refused_list', 'refused_call', 'unknown'] as const;
export type Doubt = (typeof doubts)[number];

/** KONA's code and description. */
export type KonaWords = { readonly code?: string | undefined; readonly message?: string | undefined };

/** What earlier calls of this chunk left behind for a card that is still open, or that did not end `named`. */
export type CardTrace = {
  /** The first call that may have named the card. */
  readonly maybe: string;
  /** The gravest doubt that any of them leaves. */
  readonly doubt: Doubt;
  /** A 200 listed the card with a word that is neither success nor refusal: no proof, and the same word twice raises the alarm. */
  readonly listed?: { readonly correlationId: string; readonly returnMessage: string } | undefined;
  /** A refusal that waits for its confirmation. */
  readonly refusal?: KonaWords | undefined;
  /** What KONA said last without settling the card. */
  readonly said?: KonaWords | undefined;
  /** How often the card was sent in a single-card call and answered without being settled: sets how long it waits. */
  readonly tries: number;
  readonly notBefore?: Instant | undefined;
};

/**
 * How the open cards will be asked for; every open card is in exactly one of the five.
 * See isolation.ts, which alone decides what moves where.
 */
export type Plan = {
  /** Nothing against them yet: asked in lists. */
  readonly pool: Positions;
  /** Part of a list that failed, halved until the card at fault stands alone. */
  readonly suspect: Positions;
  /** Lists that failed unclearly once: each is asked once more as it was. */
  readonly repeat: readonly Positions[];
  /** Lists that failed unclearly again: not split before some call is known to be answered. */
  readonly stuck: readonly Positions[];
  /** Each asked for in a single-card call, in this order. */
  readonly alone: Positions;
  /** Such an answer came: from now on a list that fails unclearly is split at once, as a refused one is. */
  readonly splits: boolean;
  /** How many more lists may fail before the rest goes alone. */
  readonly credit: number;
};

/**
 * `ms` of the time in which the circuit was closed (see CircuitBreaker.upTimeMs), counted up to `until` on that clock. What
 * passes until a refusal of our keys is not counted.
 */
type TriedTime = { readonly ms: number; readonly until: number };

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
  /** When the first of them ended since the chunk was created, or last answered; absent: none. */
  readonly failingSince?: Instant | undefined;
  /** When a list first failed unclearly since the chunk was created, or last answered: answers to later calls let it be split. */
  readonly listFailedAt?: Instant | undefined;
  /** Calls in a row that were answered 429, and when the first of them ended. */
  readonly limited?: { readonly times: number; readonly since: Instant } | undefined;
  /** The time that counts towards giving up; absent until it is known when the chunk was first taken. */
  readonly tried?: TriedTime | undefined;
  /** Journalled, no outcome recorded yet. Of a lease that expired, such a call counts as unknown. */
  readonly inFlight?: JournalledCall | undefined;
  /** Calls whose worker vanished. Its late word, if it comes, stands in the call item. */
  readonly lostCalls: readonly JournalledCall[];
  readonly plan: Plan;
  /** Refused lists, each the first one that carried some card: what attribution needs of them. */
  readonly refusedLists: readonly Positions[];
  readonly traces: ReadonlyMap<number, CardTrace>;
  readonly results: ReadonlyMap<number, CardResult>;
  /** What of `results` the request's tally already holds. */
  readonly tallied: SettledCounts;
  /** The number of the redrive that reopened the chunk last, and when: none reopens it twice. */
  readonly redriven?: number | undefined;
  readonly reopenedAt?: Instant | undefined;
  readonly updatedAt: Instant;
};
