import type { ChunkState, JournalledCall, Positions } from './chunk-state.ts';
import type { PlatformLedger } from './platform-state.ts';
import type { RedriveLedger } from './redrive-ledger.ts';
import type {
  CallOutcomeName,
  Chunk,
  ChunkRef,
  Corporation,
  EpochSeconds,
  FinalCardStatus,
  Instant,
  LimitIncreaseRequest,
  Par,
  SettledCounts,
} from './terms.ts';
import type { UploadLedger } from './upload-ledger.ts';

// What the domain asks of the world. Types only: `shared/kona` and `shared/ledger` fulfil them.

export type Clock = () => Instant;

// ---- The platform

/** One HTTP request to KONA PLATE. `startedAt` is the one clock reading from which its headers and token are made. */
export type PlatformCall = {
  readonly correlationId: string;
  readonly startedAt: Instant;
  readonly corporation: Corporation;
  readonly pars: readonly Par[];
  /** For the whole call, connecting and reading included. Nothing is sent if it is not above 0. */
  readonly timeoutMs: number;
};

/** A card as KONA PLATE listed it in `namedResultList`: not necessarily one that was sent. */
export type ListedCard = { readonly par: string; readonly returnMessage?: string | undefined };

/**
 * What a refusal is about. `not_found`, `already_named` and `card_refused` judge a card only in a single-card call;
 * `corporation_fault` judges the whole list; `credentials_refused` judges no card: it is about our configuration, or about
 * one corporation that something in front of the platform dislikes.
 */
export type RefusalMeaning =
  | 'not_found'
  | 'already_named'
  | 'card_refused'
  | 'corporation_fault'
  | 'credentials_refused';

export type Breach = 'correlation_id_differs' | 'correlation_id_missing' | 'card_listed_but_not_sent';

type Said = {
  readonly httpStatus?: number | undefined;
  /** KONA's code and description, raw. */
  readonly code?: string | undefined;
  readonly description?: string | undefined;
};

/** `keyId`: which access key the call was made with; see `keyIdOf`. */
type Answered = Said & { readonly keyId?: string | undefined; readonly breaches: readonly Breach[] };

/** The closed union that a platform call ends in; a call never throws for what the network or the platform does. */
export type CallOutcome =
  | (Answered & { readonly kind: 'answered'; readonly listed: readonly ListedCard[] })
  | (Answered & { readonly kind: 'refused'; readonly meaning: RefusalMeaning })
  /** Unclear: the cards may or may not be named. */
  | (Said & {
      readonly kind: 'unknown';
      /** A short machine word: `timeout`, `reset`, `http_5xx`, `unclear_code`, … */
      readonly reason: string;
      readonly retryAfterMs?: number | undefined;
      readonly breaches: readonly Breach[];
    })
  /** HTTP 429: in all likelihood the call was not processed, and the platform wants fewer of them. */
  | (Said & {
      readonly kind: 'limited';
      readonly retryAfterMs?: number | undefined;
      readonly breaches: readonly Breach[];
    })
  | { readonly kind: 'not_sent'; readonly reason: string }
  /** Not sent: the platform's inquiry says that the card, which was to be asked for alone, is named already. */
  | { readonly kind: 'found_named' };

export type Platform = {
  /** `yyMMddHHmmss-xxxxxxx` from the given moment and fresh random digits. Never the same twice by intent; the ledger finds a clash. */
  mintCorrelationId(at: Instant): string;
  call(call: PlatformCall): Promise<CallOutcome>;
  /** Reads a refused secret anew, at most once a minute a process. True if a different secret is now at hand. */
  refreshCredentials(): Promise<boolean>;
};

type InquiryAnswer = 'named' | 'not_named' | 'unknown';

/**
 * Asks the platform whether a card is named, for whomever. It answers within `timeoutMs`; what it throws counts as
 * `unknown`. KONA PLATE has such an inquiry, whose page we could not have: see README.md.
 */
export type Inquire = (par: Par, timeoutMs: number) => Promise<InquiryAnswer>;

// ---- The ledger

/** How an answer was read: `success`, what a refusal is about, `rate_limited`, or `unclear`. */
export const readings = [
  'success',
  'not_found',
  'already_named',
  'card_refused',
  'corporation_fault',
  'credentials_refused',
  'rate_limited',
  'unclear',
] as const satisfies readonly (RefusalMeaning | 'success' | 'rate_limited' | 'unclear')[];
type Reading = (typeof readings)[number];

/** A call's outcome as the ledger keeps it. */
export type RecordedOutcome = {
  readonly name: Exclude<CallOutcomeName, 'sent'>;
  /** Absent if the call was not sent. */
  readonly reading?: Reading | undefined;
  readonly httpStatus?: number | undefined;
  readonly code?: string | undefined;
  readonly description?: string | undefined;
  readonly reason?: string | undefined;
  /** Positions of the sent cards that a 200/000_000 listed with a word of success or none: proof that the call named them. */
  readonly named?: Positions | undefined;
};

export type EndedCall = {
  readonly correlationId: string;
  readonly outcome: RecordedOutcome;
  readonly finishedAt: Instant;
  readonly durationMs: number;
};

export type CallRecord = JournalledCall & {
  readonly chunk: ChunkRef;
  readonly ended?: EndedCall | undefined;
};

export type StoredChunk = { readonly chunk: Chunk; readonly state: ChunkState };

/** All that becomes durable when an order is accepted, in one transaction. A chunk whose state has a call in flight is leased and journalled with it. */
export type Acceptance = {
  readonly request: LimitIncreaseRequest;
  readonly chunks: readonly StoredChunk[];
  /** When the reconciler looks after the request itself. */
  readonly dueAt: Instant;
};

export type AcceptResult =
  | { readonly result: 'accepted' }
  /** The request ID is taken: the same caller and key. Whether it is the same order, its fingerprint tells. */
  | { readonly result: 'exists'; readonly request: LimitIncreaseRequest }
  /** One of the correlation IDs was minted before: nothing was written, mint anew. */
  | { readonly result: 'correlation_id_taken' };

/**
 * One step of a worker, in one transaction: the end of one call, the beginning of the next, and the chunk as it then is.
 * `takes`: the worker takes a free or expired lease, its state's fence is the stored one plus 1. Otherwise the stored
 * fence must be the state's own and the lease must not have expired at `now`. `untouched`: it takes a chunk that it has
 * not read, and that must be of so many cards and never have been touched.
 */
export type JournalStep = {
  /** Which chunk, and of how many cards: which ones they are is written once and for all. */
  readonly chunk: Pick<Chunk, 'ref' | 'expiresAt'> & { readonly pars: Pick<readonly Par[], 'length'> };
  readonly state: ChunkState;
  readonly now: Instant;
  readonly takes: boolean;
  readonly untouched?: boolean | undefined;
  readonly ended?: EndedCall | undefined;
  readonly begun?: JournalledCall | undefined;
  /** Added to the request's tally. */
  readonly tally?: SettledCounts | undefined;
  /** The chunk is the only one of its request and is done with this step, and the request settled. */
  readonly completion?: Completion | undefined;
};

/** All that a settled order of one chunk still lacks: the entries of its cards. That of a file would owe a report too. */
type Completion = { readonly cards: readonly CardEntry[] };

export type JournalResult = 'journalled' | 'fenced_off' | 'correlation_id_taken';

/** An entry of a card's history: a result that a request had, its being reopened, or the trace of a call that may have named it. */
export type CardEntry = {
  readonly par: Par;
  readonly requestId: string;
  readonly acceptedAt: Instant;
  /** That of its request. */
  readonly expiresAt: EpochSeconds;
  readonly bizLicenseNo: string;
  readonly registrationNumber: string;
  readonly correlationId?: string | undefined;
  /** The number of the request's redrive that it belongs to; absent: it is older than any. */
  readonly redrive?: number | undefined;
  readonly updatedAt: Instant;
} & (
  | {
      readonly entry: 'result';
      readonly status: FinalCardStatus;
      readonly code?: string | undefined;
      readonly message?: string | undefined;
      readonly returnMessage?: string | undefined;
    }
  /**
   * Calls of the request may have named the card, and there is no proof. `presumedElsewhere`: they were refused lists only,
   * and what became of the lists' other cards suggests that none of them did; see presumed-elsewhere.ts.
   */
  | { readonly entry: 'maybe'; readonly presumedElsewhere: boolean }
  /** A redrive reopened the card: its next result has the same number. */
  | { readonly entry: 'reopened'; readonly redrive: number; readonly chunkNumber: number }
);

export type OpenWork =
  | { readonly work: 'chunk'; readonly ref: ChunkRef }
  | { readonly work: 'request'; readonly requestId: string };

export type DueWork = OpenWork & { readonly dueAt: Instant };

export type SettlingNote = {
  /** Of a file, which stays in the index of open work until its report is written: when that is due. */
  readonly reportDueAt?: Instant | undefined;
  /** How often the request had been redriven when its cards were counted; absent: never. */
  readonly redriven?: number | undefined;
};

/** Of a request that lost items before the others expired. */
export type RecountedSettling = SettlingNote & {
  /** Added to the request's counts. */
  readonly correction: SettledCounts;
  /** That of the request. */
  readonly expiresAt: EpochSeconds;
};

export type RequestWithCounts = { readonly request: LimitIncreaseRequest; readonly counts: SettledCounts };

/** What a worker writes. Every verb may be repeated; a fault of the store is thrown. */
export type Ledger = {
  /** Takes the place of an earlier request under the same ID that has been kept for its time. */
  accept(acceptance: Acceptance): Promise<AcceptResult>;
  journal(step: JournalStep): Promise<JournalResult>;
  /** Keeps what a fenced-off worker learned in the call item, as evidence. Changes no chunk; an outcome that stands is left. */
  recordLate(ended: EndedCall): Promise<void>;
  writeCards(entries: readonly CardEntry[]): Promise<void>;
  /** The chunk, settled under this fence and its cards written, leaves the index of open work. One that was reopened since is left. */
  finishChunk(ref: ChunkRef, at: Instant, fence: number): Promise<void>;
  /** The request becomes `settled` and leaves the index of open work. One that was redriven since it was read is left. */
  settleRequest(requestId: string, at: Instant, note?: SettlingNote): Promise<void>;
  /** The same, with counts that are corrected in the same write. `unchanged`: it is settled already, or was redriven. */
  settleRecounted(requestId: string, at: Instant, recounted: RecountedSettling): Promise<'settled' | 'unchanged'>;
  /** Work that does not exist leaves the index of open work. Of a chunk that lacks one of its two items nothing can be done. */
  dropGoneWork(work: OpenWork, at: Instant): Promise<void>;
  /** The reconciler looks after the request again at `dueAt`, if it is still in the index of open work. */
  postponeRequest(requestId: string, dueAt: Instant): Promise<void>;
  /** What is due at `now`, of one kind if told, the longest overdue first within a shard. From an index that may lag: a hint where to look. */
  listDue(now: Instant, limit: number, only?: DueWork['work']): Promise<readonly DueWork[]>;
} & UploadLedger &
  PlatformLedger &
  RedriveLedger &
  LedgerReads;

export type LedgerReads = {
  /** Consistent. What has expired does not exist, here and below, whether or not it was deleted yet. */
  readRequest(requestId: string): Promise<RequestWithCounts | undefined>;
  /** Consistent. Undefined as well if only one of its two items exists. */
  readChunk(ref: ChunkRef): Promise<StoredChunk | undefined>;
  readCall(correlationId: string): Promise<CallRecord | undefined>;
  /** All entries, newest acceptance first; of one request the newest redrive first, and last the trace of a call. */
  readCardHistory(par: Par): Promise<readonly CardEntry[]>;
};
