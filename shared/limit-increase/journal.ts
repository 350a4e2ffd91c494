import type { BackoffMs } from './backoff.ts';
import { isOurs } from './call-health.ts';
import { again, listingTrace, refusedListTrace, unknownTrace } from './card-traces.ts';
import type { CardResult, ChunkState, JournalledCall } from './chunk-state.ts';
import { faultFound, listRefused, listUnknown, sendAlone, settled } from './isolation.ts';
import type { CallOutcome, ListedCard } from './ports.ts';
import { stampNewResults } from './stamp-results.ts';
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
  return stampNewResults(state, foldEnded(state, ended, rules));
}

function foldEnded(state: ChunkState, ended: Ended, rules: JournalRules): ChunkState {
  const { outcome } = ended;
  const landed: ChunkState = { ...state, inFlight: undefined, updatedAt: ended.at };
  switch (outcome.kind) {
    case 'answered':
      return foldListing({ ...landed, attempts: 0 }, ended, outcome, rules);
    case 'refused':
      // It speaks of our own keys: no card is nearer to its end, or further from it.
      if (outcome.meaning === 'credentials_refused') return landed;
      return foldRefusal({ ...landed, attempts: 0 }, ended, outcome, rules);
    case 'unknown':
      return { ...foldUnknown(landed, ended.call), attempts: state.attempts + 1 };
    case 'not_sent':
      return isOurs(outcome) ? landed : { ...landed, attempts: state.attempts + 1 };
    case 'found_named':
      return foldFoundNamed(landed, ended);
    default:
      return outcome satisfies never;
  }
}

/** A worker vanished with its call: what became of the call's cards is not known. */
export function foldLostCall(state: ChunkState, at: Instant): ChunkState {
  const { inFlight } = state;
  if (inFlight === undefined) return state;
  const landed = foldUnknown({ ...state, inFlight: undefined, updatedAt: at }, inFlight);
  const stillOpen = ({ positions }: JournalledCall): boolean =>
    positions.some((position) => !state.results.has(position));
  return { ...landed, attempts: state.attempts + 1, lostCalls: [...state.lostCalls, inFlight].filter(stillOpen) };
}

function foldUnknown(state: ChunkState, call: JournalledCall): ChunkState {
  const traces = new Map(state.traces);
  for (const position of call.positions) traces.set(position, unknownTrace(state.traces.get(position), call));
  return { ...state, traces, plan: listUnknown(state.plan, call.positions) };
}

// 200 and 000_000: exactly the listed cards are named, those with a known word of success or none.
function foldListing(
  state: ChunkState,
  { chunk, call, at }: Ended,
  { listed, description }: Extract<CallOutcome, { kind: 'answered' }>,
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
      results.set(position, namedResult(call.correlationId, at, { message: description, returnMessage: said[0] }));
    } else {
      unsettled.push(position);
      traces.set(position, listingTrace(state.traces.get(position), call, { strange, at, backoffMs: rules.backoffMs }));
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
  if (refusal.meaning === 'corporation_fault')
    return call.positions.reduce((folded, position) => reject(folded, ended, refusal, position, rules), state);
  if (call.positions.length === 1 && alone !== undefined) return foldAlone(state, ended, refusal, alone, rules);
  const traces = new Map(state.traces);
  for (const position of call.positions) traces.set(position, state.traces.get(position) ?? refusedListTrace(call));
  return { ...state, traces, plan: listRefused(state.plan, call.positions) };
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
  return judge(
    state,
    position,
    (meaning === 'already_named' ? provenNaming(state, ended, position) : undefined) ?? result,
  );
}

// The platform says that the card is named. For whom it does not say, so the call that may have named it is told.
function foldFoundNamed(state: ChunkState, ended: Ended): ChunkState {
  const [alone] = ended.call.positions;
  const trace = alone === undefined ? undefined : state.traces.get(alone);
  if (alone === undefined || trace === undefined) return state;
  const message = 'The inquiry of KONA PLATE says that the card is named.';
  const result: CardResult = { status: 'already_named', message, correlationId: trace.maybe, updatedAt: ended.at };
  return judge(state, alone, provenNaming(state, ended, alone) ?? result);
}

// A 200 of ours had listed the card, so the naming that KONA PLATE now speaks of is that one.
function provenNaming({ traces }: ChunkState, { lateListing, at }: Ended, position: number): CardResult | undefined {
  const { listed } = traces.get(position) ?? {};
  const proof = listed?.correlationId ?? lateListing;
  return proof === undefined ? undefined : namedResult(proof, at, { returnMessage: listed?.returnMessage });
}

// After a call that may have named the card, one refusal is not believed: a late commit could still prove it wrong.
function reject(state: ChunkState, ended: Ended, refusal: Refusal, position: number, rules: JournalRules): ChunkState {
  const { code, description: message } = refusal;
  const trace = state.traces.get(position);
  if (trace?.unknown !== true || (trace.refusal !== undefined && trace.refusal.code === code)) {
    const { correlationId } = ended.call;
    return judge(state, position, { status: 'rejected', code, message, correlationId, updatedAt: ended.at });
  }
  const waiting = { ...again(trace, ended.at, rules.backoffMs), refusal: { code, message } };
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

function wordsByPar(listed: readonly ListedCard[]): Map<string, string[]> {
  const words = new Map<string, string[]>();
  for (const { par, returnMessage } of listed) {
    const said = words.get(par) ?? [];
    words.set(par, returnMessage === undefined ? said : [...said, returnMessage.trim()]);
  }
  return words;
}
