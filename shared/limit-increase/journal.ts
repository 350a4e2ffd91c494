import type { BackoffMs } from './backoff.ts';
import { isOurs } from './call-health.ts';
import { again, doubtfulTrace, listingTrace } from './card-traces.ts';
import type { CardResult, CardTrace, ChunkState, JournalledCall, KonaWords } from './chunk-state.ts';
import { askAgain, callFailed, faultFound, listRefused, sendAlone, settled, splitAllowed } from './isolation.ts';
import { type ReadWord, readListing } from './listing.ts';
import type { CallOutcome } from './ports.ts';
import { stampNewResults } from './stamp-results.ts';
import { type Chunk, type FinalCardStatus, type Instant, redrivableStatuses } from './terms.ts';

// The state of a chunk as a fold over its calls. Pure: no call is made and nothing is written here. Only the call that
// is in flight can be folded, and folding it ends its flight, so the same outcome folded twice changes nothing.

export type JournalRules = {
  readonly backoffMs: BackoffMs;
  /** Reads KONA PLATE's `returnMessage`. A listed card without one is named. */
  readonly readWord: ReadWord;
};

export type Ended = {
  readonly chunk: Chunk;
  readonly call: JournalledCall;
  readonly outcome: CallOutcome;
  readonly at: Instant;
  /** A call that was believed lost and that, as its late word tells, had named the card of this single-card call. */
  readonly lateListing?: string | undefined;
};

/** The state after the outcome of the call in flight. */
export function foldOutcome(state: ChunkState, ended: Ended, rules: JournalRules): ChunkState {
  if (state.inFlight?.correlationId !== ended.call.correlationId) return state;
  return stampNewResults(state, foldEnded(state, ended, rules));
}

function foldEnded(state: ChunkState, ended: Ended, rules: JournalRules): ChunkState {
  const { outcome, call } = ended;
  const landed: ChunkState = { ...state, inFlight: undefined, updatedAt: ended.at };
  switch (outcome.kind) {
    case 'answered':
      return foldListing(answered(landed), ended, outcome, rules);
    case 'refused':
      // guard: refused-key
      if (outcome.meaning === 'credentials_refused') return doubted(landed, call, 'refused_call', wordsOf(outcome));
      return foldRefusal(answered(landed), ended, outcome, rules);
    case 'unknown':
      return {
        ...failed(foldUnknown(landed, call, wordsOf(outcome)), ended.at),
        // guard: split-at-once
        ...(isSplitAtOnce(state.plan, call) ? { attempts: state.attempts } : {}),
      };
    // guard: limited-list
    case 'limited': {
      const { times = 0, since = ended.at } = state.limited ?? {};
      return { ...doubted(landed, call, 'unknown', wordsOf(outcome)), limited: { times: times + 1, since } };
    }
    case 'not_sent':
      return isOurs(outcome) ? landed : failed(landed, ended.at);
    case 'found_named':
      return foldFoundNamed(landed, ended);
    default:
      return outcome satisfies never;
  }
}

const redrivable: ReadonlySet<FinalCardStatus> = new Set(redrivableStatuses);

/** A worker vanished with its call: what became of the call's cards is not known. */
export function foldLostCall(state: ChunkState, at: Instant): ChunkState {
  const { inFlight } = state;
  if (inFlight === undefined) return state;
  // guard: lost-call
  const landed = foldUnknown({ ...state, inFlight: undefined, updatedAt: at }, inFlight);
  // A redrive may ask again for a card that did not end named: the late word of such a call may prove who named it.
  // guard: lost-call-of-ended-card
  const mayBeAsked = ({ positions }: JournalledCall): boolean =>
    positions.some((position) => {
      const status = state.results.get(position)?.status;
      return status === undefined || redrivable.has(status);
    });
  return { ...failed(landed, at), lostCalls: [...state.lostCalls, inFlight].filter(mayBeAsked) };
}

/** A list that was answered 429 again and again while other calls were answered: the list itself is at fault. */
export const foldLimitedList = (state: ChunkState, { positions }: JournalledCall): ChunkState => ({
  ...failed(state, state.updatedAt),
  plan: callFailed(splitAllowed(state.plan), positions),
  limited: state.limited,
});

/** Splits what failed again, if a call of another chunk is known to be answered that was sent since the first failure. */
export function splitIfAnswered(state: ChunkState, othersAnsweredAt = -Infinity): ChunkState {
  const isAnswered = othersAnsweredAt > (state.listFailedAt ?? Infinity);
  return state.plan.stuck.length > 0 && isAnswered ? { ...state, plan: splitAllowed(state.plan) } : state;
}

/** The call was refused for its corporation, while others are answered: the attempt counts, as after a failure. */
export const foldOwnRefusal = (state: ChunkState): ChunkState => failed(state, state.updatedAt);

// The platform answered, so it works: a list that failed before may be split.
const answered = (state: ChunkState): ChunkState => ({
  ...state,
  attempts: 0,
  failingSince: undefined,
  listFailedAt: undefined,
  limited: undefined,
  plan: state.plan.stuck.length > 0 ? splitAllowed(state.plan) : state.plan,
});

const failed = (state: ChunkState, at: Instant): ChunkState => ({
  ...state,
  attempts: state.attempts + 1,
  failingSince: state.failingSince ?? at,
  limited: undefined,
});

/** A list that fails unclearly after some call was answered is halved without a pause, as a refused one is. */
export const isSplitAtOnce = ({ splits }: ChunkState['plan'], { positions }: JournalledCall): boolean =>
  splits && positions.length > 1;

function foldUnknown(state: ChunkState, call: JournalledCall, said?: KonaWords): ChunkState {
  // guard: unknown-doubt
  const doubtful = { ...doubted(state, call, 'unknown', said), plan: callFailed(state.plan, call.positions) };
  return call.positions.length === 1 ? doubtful : { ...doubtful, listFailedAt: state.listFailedAt ?? state.updatedAt };
}

/** The call may have named its cards; nothing is asked otherwise for it. */
function doubted(state: ChunkState, call: JournalledCall, doubt: CardTrace['doubt'], said?: KonaWords): ChunkState {
  const traces = new Map(state.traces);
  for (const position of call.positions)
    traces.set(position, doubtfulTrace(state.traces.get(position), call, doubt, said));
  return { ...state, traces };
}

/** Undefined if the platform said nothing: then what it said before stays. */
const wordsOf = ({ code, description: message }: { code?: string | undefined; description?: string | undefined }) =>
  code === undefined && message === undefined ? undefined : { code, message };

// 200 and 000_000: exactly the listed cards are named, those with a known word of success or none.
function foldListing(
  state: ChunkState,
  { chunk, call, at }: Ended,
  { listed, description }: Extract<CallOutcome, { kind: 'answered' }>,
  { backoffMs, readWord }: JournalRules,
): ChunkState {
  const results = new Map(state.results);
  const traces = new Map(state.traces);
  const named: number[] = [];
  const unsettled: number[] = [];
  for (const [position, listing] of readListing(listed, call, chunk, readWord)) {
    const trace = state.traces.get(position);
    if (listing.as === 'success') {
      named.push(position);
      const words = { message: description, returnMessage: listing.word };
      results.set(position, namedResult(call.correlationId, at, words));
    } else {
      unsettled.push(position);
      // What a list says of a card that it refuses is believed no more than a refused list; a single-card call would have
      // been refused by code.
      const isRefused = listing.as === 'refusal' && call.positions.length > 1;
      const word = listing.as === 'missing' ? undefined : listing.word;
      traces.set(
        position,
        isRefused ? doubtfulTrace(trace, call, 'refused_list') : listingTrace(trace, call, { word, at, backoffMs }),
      );
    }
  }
  const plan = sendAlone(settled(state.plan, named), unsettled);
  return { ...state, results, traces, plan };
}

type Refusal = Extract<CallOutcome, { kind: 'refused' }>;

function foldRefusal(state: ChunkState, ended: Ended, refusal: Refusal, rules: JournalRules): ChunkState {
  const { call } = ended;
  const [alone] = call.positions;
  // A fault in the corporation's own fields is every card's: the list is not split.
  // guard: corporation-field
  if (refusal.meaning === 'corporation_fault') return rejectAll(state, ended, refusal, rules);
  // guard: single-card
  if (call.positions.length === 1 && alone !== undefined) return foldAlone(state, ended, refusal, alone, rules);
  const known = new Set(state.refusedLists.flat());
  const isFirst = call.positions.some((position) => !known.has(position));
  const refusedLists = isFirst ? [...state.refusedLists, call.positions] : state.refusedLists;
  // guard: refused-list-doubt
  const doubtful = doubted(state, call, 'refused_list', wordsOf(refusal));
  return { ...doubtful, refusedLists, plan: listRefused(state.plan, call.positions) };
}

function foldAlone(
  state: ChunkState,
  ended: Ended,
  refusal: Refusal,
  position: number,
  rules: JournalRules,
): ChunkState {
  const { meaning, code, description: message } = refusal;
  if (meaning !== 'not_found' && meaning !== 'already_named') return reject(state, ended, refusal, position, rules);
  const { correlationId } = ended.call;
  const result: CardResult = { status: meaning, code, message, correlationId, updatedAt: ended.at };
  return meaning === 'already_named' ? judgeNamed(state, ended, position, result) : judge(state, position, result);
}

// The platform says that the card is named. For whom it does not say, so the call that may have named it is told.
function foldFoundNamed(state: ChunkState, ended: Ended): ChunkState {
  const [alone] = ended.call.positions;
  const trace = alone === undefined ? undefined : state.traces.get(alone);
  if (alone === undefined || trace === undefined) return state;
  const message = 'The inquiry of KONA PLATE says that the card is named.';
  const result: CardResult = { status: 'already_named', message, correlationId: trace.maybe, updatedAt: ended.at };
  return judgeNamed(state, ended, alone, result);
}

// If a 200 of ours had listed the card as success, the naming that KONA PLATE now speaks of is that one. It may have come
// before a list with the card was refused: such lists tell nothing of their other cards.
function judgeNamed(state: ChunkState, { lateListing, at }: Ended, position: number, result: CardResult): ChunkState {
  if (lateListing === undefined) return judge(state, position, result);
  const refusedLists = state.refusedLists.filter((list) => !list.includes(position));
  return judge({ ...state, refusedLists }, position, namedResult(lateListing, at, {}));
}

// Those of its cards that need a confirmation wait for it as one list.
function rejectAll(state: ChunkState, ended: Ended, refusal: Refusal, rules: JournalRules): ChunkState {
  const folded = ended.call.positions.reduce(
    (before, position) => reject(before, ended, refusal, position, rules),
    state,
  );
  const waiting = ended.call.positions.filter((position) => !folded.results.has(position));
  return waiting.length > 1 ? { ...folded, plan: askAgain(folded.plan, waiting) } : folded;
}

// After a call that may have named the card, one refusal is not believed: a late commit could still prove it wrong.
function reject(state: ChunkState, ended: Ended, refusal: Refusal, position: number, rules: JournalRules): ChunkState {
  const { code, description: message } = refusal;
  const trace = state.traces.get(position);
  // guard: confirmed-refusal
  if (trace?.doubt !== 'unknown' || (trace.refusal !== undefined && trace.refusal.code === code)) {
    const { correlationId } = ended.call;
    return judge(state, position, { status: 'rejected', code, message, correlationId, updatedAt: ended.at });
  }
  const waiting = { ...again(trace, ended.at, rules.backoffMs), refusal: { code, message }, said: { code, message } };
  const plan = sendAlone(faultFound(state.plan, position), [position]);
  return { ...state, traces: new Map(state.traces).set(position, waiting), plan };
}

const judge = (state: ChunkState, position: number, result: CardResult): ChunkState => ({
  ...state,
  results: new Map(state.results).set(position, result),
  plan: result.status === 'named' ? settled(state.plan, [position]) : faultFound(state.plan, position),
});

const namedResult = (
  correlationId: string,
  updatedAt: Instant,
  said: Pick<CardResult, 'message' | 'returnMessage'>,
): CardResult => ({ status: 'named', code: '000_000', ...said, correlationId, updatedAt });
