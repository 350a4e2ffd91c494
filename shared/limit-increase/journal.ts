import { type BackoffMs, backoffAfter } from './backoff.ts';
import type { CardResult, CardTrace, ChunkState, JournalledCall, Positions } from './chunk-state.ts';
import { faultFound, listRefused, listUnknown, sendAlone, settled } from './isolation.ts';
import type { CallOutcome, ListedCard } from './ports.ts';
import type { Chunk, Instant } from './terms.ts';

// The state of a chunk as a fold over its calls. Pure: no call is made and nothing is written here. Only the call that
// is in flight can be folded, and folding it ends its flight, so the same outcome folded twice changes nothing.

export type JournalRules = {
  readonly backoffMs: BackoffMs;
  /** Words of KONA PLATE's `returnMessage` that mean success. A listed card without a word is named too. */
  readonly successMessages: ReadonlySet<string>;
};

export type Ended = {
  readonly chunk: Chunk;
  readonly call: JournalledCall;
  readonly outcome: CallOutcome;
  readonly at: Instant;
  /** A call that was believed lost and that, as its late word tells, had listed the card that was now sent alone. */
  readonly lateListing?: string | undefined;
};

/** The state after the outcome of the call in flight. */
export function foldOutcome(state: ChunkState, ended: Ended, rules: JournalRules): ChunkState {
  if (state.inFlight?.correlationId !== ended.call.correlationId) return state;
  const { outcome } = ended;
  const landed: ChunkState = { ...state, inFlight: undefined, updatedAt: ended.at };
  switch (outcome.kind) {
    case 'answered':
      return foldListing({ ...landed, attempts: 0 }, ended, outcome.listed, rules);
    case 'refused':
      if (outcome.meaning === 'credentials_refused') return { ...landed, attempts: state.attempts + 1 };
      return foldRefusal({ ...landed, attempts: 0 }, ended, outcome, rules);
    case 'unknown':
      return { ...foldUnknown(landed, ended.call), attempts: state.attempts + 1 };
    case 'not_sent':
      return { ...landed, attempts: state.attempts + 1 };
    default:
      return outcome satisfies never;
  }
}

/** A worker vanished with its call: what became of the call's cards is not known. */
export function foldLostCall(state: ChunkState, at: Instant): ChunkState {
  const { inFlight } = state;
  if (inFlight === undefined) return state;
  const landed = foldUnknown({ ...state, inFlight: undefined, updatedAt: at }, inFlight);
  return { ...landed, lostCalls: [...state.lostCalls, inFlight] };
}

function foldUnknown(state: ChunkState, call: JournalledCall): ChunkState {
  const traces = new Map(state.traces);
  for (const position of call.positions) traces.set(position, unknownTrace(state.traces.get(position), call));
  return { ...state, traces, plan: listUnknown(state.plan, call.positions) };
}

// 200 and 000_000: exactly the listed cards are named, those with a known word of success or none.
function foldListing(
  state: ChunkState,
  { chunk, call, outcome, at }: Ended,
  listed: readonly ListedCard[],
  rules: JournalRules,
): ChunkState {
  const results = new Map(state.results);
  const traces = new Map(state.traces);
  const words = wordsByPar(listed);
  const named: number[] = [];
  const unsettled: number[] = [];
  for (const position of call.positions) {
    const said = words.get(chunk.pars[position] ?? '');
    const strange = said?.find((word) => !rules.successMessages.has(word));
    if (said !== undefined && strange === undefined) {
      named.push(position);
      results.set(position, namedResult(call.correlationId, said[0], outcomeDescription(outcome), at));
    } else {
      unsettled.push(position);
      traces.set(position, listingTrace(state.traces.get(position), call, strange, at, rules));
    }
  }
  const plan = sendAlone(settled(state.plan, named), unsettled);
  return { ...state, results, traces, plan };
}

function foldRefusal(
  state: ChunkState,
  ended: Ended,
  refusal: Extract<CallOutcome, { kind: 'refused' }>,
  rules: JournalRules,
): ChunkState {
  const { positions } = ended.call;
  const [alone] = positions;
  if (refusal.meaning === 'corporation_fault') return foldCorporationFault(state, ended, refusal, rules);
  if (positions.length === 1 && alone !== undefined) return foldAlone(state, ended, refusal, alone, rules);
  const traces = new Map(state.traces);
  for (const position of positions) traces.set(position, state.traces.get(position) ?? refusedListTrace(ended.call));
  return { ...state, traces, plan: listRefused(state.plan, positions) };
}

type Refusal = Extract<CallOutcome, { kind: 'refused' }>;

// A fault in the corporation's own fields is every card's: the list is not split.
function foldCorporationFault(state: ChunkState, ended: Ended, refusal: Refusal, rules: JournalRules): ChunkState {
  return ended.call.positions.reduce((folded, position) => reject(folded, ended, refusal, position, rules), state);
}

function foldAlone(
  state: ChunkState,
  ended: Ended,
  refusal: Refusal,
  position: number,
  rules: JournalRules,
): ChunkState {
  const { correlationId } = ended.call;
  const listed = state.traces.get(position)?.listed;
  const status = refusal.meaning === 'already_named' ? 'already_named' : 'not_found';
  const { code, description: message } = refusal;
  const judged = { code, message, correlationId, updatedAt: ended.at };
  if (refusal.meaning === 'card_refused') return reject(state, ended, refusal, position, rules);
  if (status === 'not_found') return judge(state, position, { ...judged, status });
  // A 200 of ours had listed the card, so the naming that KONA PLATE now speaks of is that one.
  if (listed !== undefined)
    return judge(state, position, namedResult(listed.correlationId, listed.returnMessage, undefined, ended.at));
  if (ended.lateListing !== undefined)
    return judge(state, position, namedResult(ended.lateListing, undefined, undefined, ended.at));
  return judge(state, position, { ...judged, status });
}

// After a call that may have named the card, one refusal is not believed: a late commit could still prove it wrong.
function reject(state: ChunkState, ended: Ended, refusal: Refusal, position: number, rules: JournalRules): ChunkState {
  const { code, description: message } = refusal;
  const trace = state.traces.get(position);
  if (trace?.unknown !== true || (trace.refusal !== undefined && trace.refusal.code === code)) {
    const { correlationId } = ended.call;
    return judge(state, position, { status: 'rejected', code, message, correlationId, updatedAt: ended.at });
  }
  const waiting = { ...again(trace, ended.at, rules), refusal: { code, message } };
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
  returnMessage: string | undefined,
  message: string | undefined,
  updatedAt: Instant,
): CardResult => ({ status: 'named', code: '000_000', message, returnMessage, correlationId, updatedAt });

const outcomeDescription = (outcome: CallOutcome): string | undefined =>
  outcome.kind === 'answered' ? outcome.description : undefined;

function wordsByPar(listed: readonly ListedCard[]): Map<string, string[]> {
  const words = new Map<string, string[]>();
  for (const { par, returnMessage } of listed) {
    const said = words.get(par) ?? [];
    words.set(par, returnMessage === undefined ? said : [...said, returnMessage.trim()]);
  }
  return words;
}

const refusedListTrace = (call: JournalledCall): CardTrace => ({ maybe: call.correlationId, unknown: false, tries: 0 });

// A refusal that waited for its confirmation is void: what came in between may have named the card.
function unknownTrace(trace: CardTrace | undefined, call: JournalledCall): CardTrace {
  return { ...(trace ?? refusedListTrace(call)), unknown: true, refusal: undefined };
}

function listingTrace(
  trace: CardTrace | undefined,
  call: JournalledCall,
  strange: string | undefined,
  at: Instant,
  rules: JournalRules,
): CardTrace {
  const unknown = unknownTrace(trace, call);
  const listed = strange === undefined ? unknown.listed : { correlationId: call.correlationId, returnMessage: strange };
  return call.positions.length > 1 ? { ...unknown, listed } : { ...again(unknown, at, rules), listed };
}

// Sent alone and still open: the next try waits longer each time.
function again(trace: CardTrace, at: Instant, { backoffMs }: JournalRules): CardTrace {
  const tries = trace.tries + 1;
  return { ...trace, tries, notBefore: at + backoffAfter(backoffMs, tries) };
}

/** Cards of a call that stay open although it was answered, with the word that is not known as success, if it was said before too. */
export function strangeWordTwice(before: ChunkState, after: ChunkState, positions: Positions): string | undefined {
  const [alone] = positions;
  if (alone === undefined || positions.length > 1) return undefined;
  const [earlier, later] = [before.traces.get(alone), after.traces.get(alone)];
  if (earlier === undefined || earlier.tries < 1 || after.results.has(alone)) return undefined;
  const same = earlier.listed?.returnMessage === later?.listed?.returnMessage;
  return same ? later?.listed?.returnMessage : undefined;
}
