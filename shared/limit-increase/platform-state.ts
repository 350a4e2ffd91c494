import { type BackoffMs, backoffAfter } from './backoff.ts';
import type { Pace } from './pace.ts';
import type { ChunkRef, Instant } from './terms.ts';

// What all workers know together of KONA PLATE: one small item of the ledger, and how what a call came to changes it. All
// functions are pure; a state that nothing changes is returned as it is, so that a clean path writes nothing.

/**
 * Why the circuit is open. `no_answer`: calls for one chunk after another failed. `credentials_refused`: the platform refuses
 * our keys.
 */
export const openReasons = ['no_answer', 'credentials_refused'] as const;
export type OpenReason = (typeof openReasons)[number];

/** A call that was made. `corporation`: see `corporationIdOf`. */
export type CallSeen = {
  readonly chunk: ChunkRef;
  readonly corporation: string;
  readonly keyId?: string | undefined;
  readonly sentAt: Instant;
};

/** A corporation that is refused while others are answered: all its chunks share this back-off. */
type RefusedCorporation = { readonly corporation: string; readonly attempts: number; readonly until: Instant };

/** The circuit is open since `openedAt`. Turns to call are given one by one. */
export type OpenCircuit = {
  readonly reason: OpenReason;
  readonly openedAt: Instant;
  readonly turns: number;
  /** When the last turn begins, or began. */
  readonly lastTurnAt: Instant;
  /** Whose it was: it may be that very chunk that the platform fails at. */
  readonly lastTurn?: ChunkRef | undefined;
};

export type PlatformState = {
  /** Counts the writes of the item. */
  readonly version: number;
  /** Names the write that made the item what it is: of two workers that write the same, one did. */
  readonly write?: string | undefined;
  readonly open?: OpenCircuit | undefined;
  /** How long the circuit was open, all its openings that have ended together. */
  readonly openTotalMs: number;
  /** Since when calls are taken again, after an opening or a 429. */
  readonly recoveredAt?: Instant | undefined;
  /** Of chunks that failed for the first time, since the last answer. */
  readonly failures: readonly { readonly chunk: ChunkRef; readonly at: Instant }[];
  /** Calls that were refused for our keys, since the last answer with the same key. */
  readonly refusals: readonly CallSeen[];
  /** The last answers that were noted, of two corporations at most, the latest first. */
  readonly answers: readonly CallSeen[];
  readonly refusedCorporations: readonly RefusedCorporation[];
  readonly pace?: Pace | undefined;
};

export const nothingNoted: PlatformState = {
  version: 0,
  openTotalMs: 0,
  failures: [],
  refusals: [],
  answers: [],
  refusedCorporations: [],
};

/** Every verb may be repeated; a fault of the store is thrown. */
export type PlatformLedger = {
  /** Consistent. */
  readPlatformState(): Promise<PlatformState>;
  /** Takes the place of the state whose version is one less. `stands`: another has written meanwhile. */
  writePlatformState(next: PlatformState): Promise<'written' | 'stands'>;
};

/** Failures of so many chunks, each for the first time, within so long, open the circuit. */
const failuresMin = 3;
const failuresWithinMs = 60_000;
/** So many chunks that are refused for our keys open it too. */
const refusalsMin = 3;
const refusalsKept = 10;
/** A refusal is one corporation's own if another was answered with the same key within this time. */
const answerCountsMs = 15 * 60_000;
/** While a corporation is refused, answers for others are noted this often at least. */
const answerNotedEveryMs = 5 * 60_000;
const refusedCorporationsMax = 50;

/** A chunk failed for the first time since it was created, or last answered. */
export function failureNoted(state: PlatformState, chunk: ChunkRef, at: Instant): PlatformState {
  if (state.open !== undefined) return state;
  const recent = state.failures.filter((one) => at - one.at <= failuresWithinMs && !isSameChunk(one.chunk, chunk));
  const failures = [...recent, { chunk, at }];
  // guard: three-chunks
  if (failures.length >= failuresMin) return opened(state, 'no_answer', at);
  return { ...state, failures };
}

/** While the circuit is open, what the last call met is why. */
export const reasonNoted = (state: PlatformState, reason: OpenReason): PlatformState =>
  state.open === undefined || state.open.reason === reason ? state : { ...state, open: { ...state.open, reason } };

/** The latest answers of two corporations at most, the latest first. */
export function withAnswer(answers: readonly CallSeen[], answer: CallSeen): readonly CallSeen[] {
  const same = answers.find(({ corporation }) => corporation === answer.corporation);
  if (same !== undefined && same.sentAt >= answer.sentAt) return answers;
  return [answer, ...answers.filter((one) => one !== same)].sort((a, b) => b.sentAt - a.sentAt).slice(0, 2);
}

export function answerNoted(state: PlatformState, answer: CallSeen, at: Instant, backoffMs: BackoffMs): PlatformState {
  const { corporation, keyId } = answer;
  const answers = withAnswer(state.answers, answer);
  const refusedOthers = state.refusals.filter((one) => one.corporation !== corporation && one.keyId === keyId);
  const known = state.refusedCorporations.filter((one) => one.corporation !== corporation);
  const moved = [...new Set(refusedOthers.map((one) => one.corporation))]
    .filter((one) => !known.some((refused) => refused.corporation === one))
    .map((one) => ({ corporation: one, attempts: 1, until: at + backoffAfter(backoffMs, 1) }));
  const refusedCorporations = [...known, ...moved].slice(-refusedCorporationsMax);
  const noted = { ...state, failures: [], refusals: [], answers, refusedCorporations };
  if (closes(state, answer)) return closed(noted, at);
  return endsPause(state, answer) ? { ...noted, recoveredAt: at } : noted;
}

/** Whether an answer tells something that the state does not know yet. */
export function answerCounts(state: PlatformState, answer: CallSeen): boolean {
  const { refusedCorporations, answers, pace } = state;
  if (state.failures.length > 0 || state.refusals.length > 0 || closes(state, answer)) return true;
  if (refusedCorporations.some(({ corporation }) => corporation === answer.corporation)) return true;
  const isStale = (everyMs: number): boolean => !answers.some(({ sentAt }) => answer.sentAt - sentAt < everyMs);
  return (refusedCorporations.length > 0 && isStale(answerNotedEveryMs)) || (pace !== undefined && isStale(30_000));
}

// An answer to a call from before the opening says nothing of it.
function closes({ open }: PlatformState, { sentAt }: CallSeen): boolean {
  // guard: answer-since-opening
  return open !== undefined && sentAt >= open.openedAt;
}

// The first answer after a pause: what was answered 429 before need not wait for its own time.
const endsPause = ({ pace, recoveredAt = -Infinity }: PlatformState, { sentAt }: CallSeen): boolean =>
  pace !== undefined && sentAt >= pace.resumesAt && recoveredAt < pace.resumesAt;

export type RefusalVerdict =
  /** The corporation's own: its chunks wait until then. */
  | { readonly own: true; readonly until: Instant }
  /** Our configuration, for all that is known. */
  | { readonly own: false };

export function refusalNoted(
  state: PlatformState,
  refusal: CallSeen,
  at: Instant,
  backoffMs: BackoffMs,
): { readonly state: PlatformState; readonly verdict: RefusalVerdict } {
  const { corporation, keyId } = refusal;
  const isOwn = state.answers.some(
    (one) => one.corporation !== corporation && one.keyId === keyId && at - one.sentAt <= answerCountsMs,
  );
  // guard: own-refusal
  if (isOwn) return ownRefusalNoted(state, corporation, at, backoffMs);
  const others = state.refusals.filter((one) => !isSameChunk(one.chunk, refusal.chunk));
  const refusals = [...others, refusal].slice(-refusalsKept);
  const noted = reasonNoted({ ...state, refusals }, 'credentials_refused');
  const opens = state.open === undefined && refusals.length >= refusalsMin;
  return { state: opens ? opened(noted, 'credentials_refused', at) : noted, verdict: { own: false } };
}

function ownRefusalNoted(state: PlatformState, corporation: string, at: Instant, backoffMs: BackoffMs) {
  const others = state.refusedCorporations.filter((one) => one.corporation !== corporation);
  const standing = state.refusedCorporations.find((one) => one.corporation === corporation);
  // Chunks that were refused side by side are one attempt.
  const isSameAttempt = standing !== undefined && standing.until - at > turnOfCorporationMs;
  const attempts = (standing?.attempts ?? 0) + 1;
  const until = at + backoffAfter(backoffMs, attempts);
  const refused = isSameAttempt ? standing : { corporation, attempts, until };
  const refusedCorporations = [...others, refused].slice(-refusedCorporationsMax);
  return { state: { ...state, refusedCorporations }, verdict: { own: true, until: refused.until } as const };
}

/** The worker that tries a refused corporation must report the result within this time. */
export const turnOfCorporationMs = 30_000;

function opened(state: PlatformState, reason: OpenReason, at: Instant): PlatformState {
  return { ...state, failures: [], open: { reason, openedAt: at, turns: 0, lastTurnAt: at } };
}

function closed({ open, ...state }: PlatformState, at: Instant): PlatformState {
  const openMs = open === undefined ? 0 : at - open.openedAt;
  return { ...state, openTotalMs: state.openTotalMs + openMs, recoveredAt: at };
}

export const isSameChunk = (one: ChunkRef, other: ChunkRef): boolean =>
  one.requestId === other.requestId && one.chunkNumber === other.chunkNumber;
