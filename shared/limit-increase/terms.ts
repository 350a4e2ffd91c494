import * as z from 'zod';
import type { UploadState } from './upload.ts';

// The words of the trade as types. Every other file, the table, the API and the logs use these and no synonyms.

/** A card's reference on KONA PLATE: 27 characters (public samples: `Q1` and 25 upper-case hex digits). */
export const parSchema = z
  .string()
  .regex(/^[0-9A-Z]{27}$/)
  .brand<'Par'>();
export type Par = z.infer<typeof parSchema>;

/** Whose cards they are. Chunks group by all four fields. */
export type Corporation = {
  readonly corporationName: string;
  /** 사업자등록번호, digits only. */
  readonly bizLicenseNo: string;
  /** 법인등록번호, digits only. */
  readonly registrationNumber: string;
  readonly affiliateId?: string | undefined;
};

export const finalCardStatuses = ['named', 'already_named', 'not_found', 'rejected', 'unresolved'] as const;
export type FinalCardStatus = (typeof finalCardStatuses)[number];

export const cardStatuses = ['open', ...finalCardStatuses] as const;
export type CardStatus = (typeof cardStatuses)[number];

export const requestStatuses = ['receiving', 'open', 'settled'] as const;
type RequestStatus = (typeof requestStatuses)[number];

export const callOutcomeNames = ['sent', 'answered', 'unknown', 'not_sent'] as const;
/** How a call stands in the ledger. `sent`: journalled, no outcome recorded yet. A refusal is an answer too. */
export type CallOutcomeName = (typeof callOutcomeNames)[number];

export const namedByNames = [
  'this_corporation',
  'other_corporation',
  'presumed_this_corporation',
  'disputed',
  'presumed_elsewhere',
  'elsewhere',
] as const;
/** Who an `already_named` card was named for, as far as the ledger's history of the card tells: see named-by.ts. */
export type NamedBy = (typeof namedByNames)[number];

/** A moment: milliseconds since the Unix epoch. The ledger and the API write it as an ISO 8601 string in UTC. */
export type Instant = number;

/** A moment in seconds since the Unix epoch, as DynamoDB's TTL reads it. */
export type EpochSeconds = number;

/** Of the cards of a request, or of some of its chunks: how many stand in each final status. */
export type SettledCounts = Readonly<Record<FinalCardStatus, number>>;

/** The final statuses that an operator can have reopened. A card that is named is never asked for again. */
export const redrivableStatuses = ['unresolved', 'rejected', 'not_found'] as const;
export type RedrivableStatus = (typeof redrivableStatuses)[number];

/** An operator's act: who had how many cards, and of which statuses, asked for again. */
export type Redrive = {
  readonly by: string;
  readonly at: Instant;
  readonly cards: number;
  readonly statuses: readonly RedrivableStatus[];
};

/** The redrive of this number is under way; in chunks 1 to `chunksDone` it has nothing left to do. */
export type Redriving = {
  readonly number: number;
  readonly chunksDone: number;
  /** What it reopens. */
  readonly statuses: readonly RedrivableStatus[];
};

/** One order, or one file: what GET /v1/limit-increases/{requestId} answers is built from it. */
export type LimitIncreaseRequest = {
  readonly requestId: string;
  readonly status: RequestStatus;
  readonly source: 'api' | 'upload';
  readonly createdAt: Instant;
  /** Decided at acceptance and carried by every item of the request: from then on none of them exists. */
  readonly expiresAt: EpochSeconds;
  readonly updatedAt: Instant;
  /** Absent for a file: its rows may belong to several corporations. */
  readonly corporation?: Corporation | undefined;
  readonly cardsTotal: number;
  readonly chunksTotal: number;
  /**
   * `v1:` and a SHA-256: of the order in canonical form, which tells a repeat from another order under the same key; or
   * of what tells the uploaded object from every other.
   */
  readonly fingerprint: string;
  /** Of a file only. */
  readonly upload?: UploadState | undefined;
  /** How often it was redriven; absent: never. */
  readonly redriven?: number | undefined;
  /** The last of its redrives, in their order. */
  readonly redrives?: readonly Redrive[] | undefined;
  /** As long as it stands, chunks may still be reopened, and the request must not settle. */
  readonly redriving?: Redriving | undefined;
};

/** The number of a chunk within its request counts from 1. */
export type ChunkRef = { readonly requestId: string; readonly chunkNumber: number };

/** What never changes about a chunk. A position is an index into `pars`. */
export type Chunk = {
  readonly ref: ChunkRef;
  readonly acceptedAt: Instant;
  /** That of its request. */
  readonly expiresAt: EpochSeconds;
  readonly corporation: Corporation;
  readonly pars: readonly Par[];
  /** Of a file only: on which line each card stood. Ascending; cards that shared a line tell it each. */
  readonly lines?: readonly number[] | undefined;
};
