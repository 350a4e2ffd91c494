import { type Answer, createAsk } from './ask.ts';
import { healthOf, isNotAsked, isOurs } from './call-health.ts';
import { newCardEntries } from './card-entries.ts';
import type { ChunkState } from './chunk-state.ts';
import { countResults } from './counts.ts';
import { createFinish } from './finish.ts';
import { followUp, isKeyRefused } from './follow-up.ts';
import { createGiveUp } from './give-up.ts';
import { foldLimitedList, foldOutcome, foldOwnRefusal, isSplitAtOnce, splitIfAnswered } from './journal.ts';
import { type NextStep, nextStep } from './next-step.ts';
import { noticesOf } from './notices.ts';
import type { RefusalVerdict } from './platform-state.ts';
import type { StoredChunk } from './ports.ts';
import { hasRoom, type SettleDeps } from './settle-deps.ts';
import type { Chunk, Instant } from './terms.ts';
import { timePassed } from './tried-time.ts';
import { createWriteStep } from './write-step.ts';

// A worker's time with a chunk whose lease it has: call after call, each written down before it is sent and after it ended,
// until every card is final, or the rest must wait.

/**
 * `held`: another worker has the chunk. `not_due`: its time has not come. `no_time`: too little is left to begin.
 * `platform_down`: nobody may call now; the chunk is as it was.
 * `fenced_off`: the lease was lost on the way. `interrupted`: the ledger failed; the chunk falls due when its lease ends.
 */
export type SessionEnd =
  | 'settled'
  | 'parked'
  | 'held'
  | 'not_due'
  | 'no_time'
  | 'platform_down'
  | 'fenced_off'
  | 'interrupted';

/**
 * `stored`: the chunk as it was last made durable, as far as this worker knows. `wantsTurn`: its last call did not fail, and
 * nothing keeps it from the next one but that calls need a turn.
 */
export type Session = {
  readonly end: SessionEnd;
  readonly stored: StoredChunk;
  readonly wantsTurn?: boolean | undefined;
};

/** What is known of the session from outside. */
export type SessionBounds = {
  readonly deadline: Instant;
  readonly chunksTotal?: number | undefined;
  /** A caller waits for the order. */
  readonly isOrder?: boolean | undefined;
};

export type Begun = {
  readonly stored: StoredChunk;
  /** Up to which state the card items are written. */
  readonly recorded: ChunkState;
  /** No call was begun: every open card waits for its time. */
  readonly waitUntil?: Instant | undefined;
  /** The call in flight has its turn. */
  readonly hasTurn?: boolean | undefined;
};

export function createSession(deps: SettleDeps) {
  const { ledger, platform, breaker, clock, notify, rules } = deps;
  const ask = createAsk(deps);
  const writeStep = createWriteStep(deps);
  const finish = createFinish(deps);
  const giveUp = createGiveUp(deps);

  /** Carries a chunk that this worker holds to the end of the session; a call in flight is journalled and not yet sent. */
  async function carryOn(
    { stored, recorded: recordedBefore, waitUntil, hasTurn = false }: Begun,
    bounds: SessionBounds,
  ): Promise<Session> {
    const { chunk } = stored;
    let { state } = stored;
    let recorded = recordedBefore;
    let until = waitUntil;
    let keyRefreshed = false;
    let mayCall = hasTurn;
    let resumes = false;
    try {
      while (state.inFlight !== undefined) {
        const answer = await ask({ chunk, state }, state.inFlight, { deadline: bounds.deadline, hasTurn: mayCall });
        mayCall = false;
        const { outcome, ended } = answer;
        const folded = foldOutcome(state, { chunk, at: ended.finishedAt, ...answer }, rules);
        for (const notice of noticesOf(chunk, answer, state, folded)) notify(notice);
        const newKey: boolean = isKeyRefused(outcome) && !keyRefreshed && (await platform.refreshCredentials());
        keyRefreshed ||= newKey;
        // What an answer says of the platform is noted after the answer itself is durable.
        const isAnswer = healthOf(outcome) === 'answer';
        const isOwnLimit = isLimitOfList(chunk, folded, answer);
        const verdict = isAnswer || isOwnLimit ? undefined : await note(chunk, state, answer, newKey);
        resumes = isAnswer || isNotAsked(outcome);
        const judged = asJudged(folded, state, { chunk, answer, verdict, newKey, isOwnLimit });
        const planned = whatFollows(judged, answer, {
          ...{ before: state, newKey, verdict, chunk },
          deadline: bounds.deadline,
        });
        // What keeps us from asking is no reason to stop asking.
        const { state: tried, next } = isOurs(outcome)
          ? { state: judged, next: planned }
          : giveUp(chunk, judged, planned);
        until = next.step === 'wait' ? next.until : undefined;
        const step = next.step === 'wait' ? hold : isComplete(chunk, next, bounds) ? complete : next;
        const written = await writeStep({
          chunk,
          state: tried,
          next: step,
          takes: false,
          ended,
          until: bounds.deadline - rules.reserveMs,
        });
        if (isAnswer) await note(chunk, state, answer, newKey);
        if (written === 'fenced_off') return await fencedOff({ chunk, state }, answer);
        state = written;
        if (state.inFlight !== undefined) recorded = await recordDoubts(chunk, recorded, state);
        // A new key is tried in the turn of the old one.
        mayCall = newKey;
      }
      if (until === undefined) return await end({ chunk, state }, bounds);
      const parked = await park({ chunk, state }, recorded, until);
      return { ...parked, wantsTurn: parked.end === 'parked' && resumes && until <= clock() };
    } catch (error) {
      const work = `chunk ${chunk.ref.requestId}#${chunk.ref.chunkNumber}`;
      notify({ notice: 'work_interrupted', work, error });
      return { end: 'interrupted', stored: { chunk, state } };
    }
  }

  // Another order's worker may be answered at any time that one of these cards is named. Before more calls are made it must be able
  // to learn that one of ours may have done it.
  async function recordDoubts(chunk: Chunk, recorded: ChunkState, state: ChunkState): Promise<ChunkState> {
    // guard: doubts-before-next-call
    if (state.traces === recorded.traces) return recorded;
    const withDoubts = { ...state, results: recorded.results };
    const entries = newCardEntries(chunk, recorded, withDoubts);
    if (entries.length > 0) await ledger.writeCards(entries);
    return withDoubts;
  }

  /** Tells the circuit breaker how a call ended. */
  async function note(chunk: Chunk, before: ChunkState, { call, outcome, ended }: Answer, newKey: boolean) {
    const verdict = await breaker.callEnded({
      chunk: chunk.ref,
      corporation: chunk.corporation,
      sentAt: sentAtOf({ ended }),
      outcome,
      // guard: first-failure
      isFirstFailure: before.failingSince === undefined,
      newKey,
    });
    const { correlationId } = call;
    if (verdict?.own) notify({ notice: 'corporation_refused', chunk: chunk.ref, correlationId, until: verdict.until });
    return verdict;
  }

  /** A list that is answered 429 again and again, while other calls are answered, is at fault itself. */
  function isLimitOfList({ ref }: Chunk, { limited }: ChunkState, { outcome }: Answer): boolean {
    if (outcome.kind !== 'limited' || limited === undefined || limited.times < limitedTimesMax) return false;
    return (breaker.othersAnsweredAt(ref) ?? -Infinity) > limited.since;
  }

  /** The state after a call, with what is known of the platform beside the call itself. */
  function asJudged(folded: ChunkState, before: ChunkState, judging: Judging): ChunkState {
    const { chunk, answer, verdict, newKey, isOwnLimit } = judging;
    const { call, outcome } = answer;
    const othersAnsweredAt = breaker.othersAnsweredAt(chunk.ref) ?? -Infinity;
    let state = folded;
    if (verdict?.own) state = foldOwnRefusal(state);
    if (isOwnLimit) state = foldLimitedList(state, call);
    state = splitIfAnswered(state, othersAnsweredAt);
    // While the circuit is open all wait for the same answer, and no back-off grows.
    if (breaker.known().open !== undefined) state = { ...state, attempts: Math.min(state.attempts, before.attempts) };
    // guard: refused-time
    const isConfiguration = isOurs(outcome) || (isKeyRefused(outcome) && !newKey && !verdict?.own);
    return timePassed(state, breaker.upTimeMs(), !isConfiguration);
  }

  function whatFollows(state: ChunkState, answer: Answer, { before, chunk, deadline, ...how }: Following): NextStep {
    const { outcome, call } = answer;
    const now = clock();
    const next = nextStep(state, rules.parsPerCallMax, now);
    const isAnswer = healthOf(outcome) === 'answer';
    const followed = {
      ...{ state, outcome, next, ...how, now },
      isSplitAtOnce: outcome.kind === 'unknown' && isSplitAtOnce(before.plan, call),
      isOthersAnswered: (breaker.othersAnsweredAt(chunk.ref) ?? -Infinity) > (state.limited?.since ?? Infinity),
      isOpen: !isAnswer && breaker.known().open !== undefined,
      isClear: breaker.isClear(chunk.corporation, isAnswer ? sentAtOf(answer) : undefined),
      roomLeft: hasRoom(rules, deadline - now),
    };
    return followUp(followed, rules.backoffMs);
  }

  async function fencedOff(stored: StoredChunk, { ended }: Answer): Promise<Session> {
    await ledger.recordLate(ended);
    notify({ notice: 'fenced_off', chunk: stored.chunk.ref, correlationId: ended.correlationId });
    return { end: 'fenced_off', stored };
  }

  // The lease is released only when the items of the cards are written: a chunk that is free lacks none, and one whose
  // worker vanished still has its lease.
  async function park({ chunk, state }: StoredChunk, recorded: ChunkState, until: Instant): Promise<Session> {
    // guard: entries-before-release
    await ledger.writeCards(newCardEntries(chunk, recorded, state));
    const next = { step: 'wait', until } as const;
    const free = await writeStep({ chunk, state, next, takes: false, until });
    if (free === 'fenced_off') return { end: 'fenced_off', stored: { chunk, state } };
    const open = chunk.pars.length - free.results.size;
    notify({ notice: 'chunk_parked', chunk: chunk.ref, open, dueAt: free.dueAt });
    return { end: 'parked', stored: { chunk, state: free } };
  }

  // Past the deadline the rest is the reconciler's: a settled chunk stays in the index of open work until it is done.
  async function end(stored: StoredChunk, { deadline, chunksTotal }: SessionBounds): Promise<Session> {
    const { chunk, state } = stored;
    notify({ notice: 'chunk_settled', chunk: chunk.ref, counts: countResults(state.results.values()) });
    if (state.stage === 'done') notify({ notice: 'request_settled', requestId: chunk.ref.requestId });
    return { end: 'settled', stored: clock() < deadline ? await finish(stored, chunksTotal) : stored };
  }

  return carryOn;
}

type Judging = {
  readonly chunk: Chunk;
  readonly answer: Answer;
  readonly verdict: RefusalVerdict | undefined;
  readonly newKey: boolean;
  readonly isOwnLimit: boolean;
};

type Following = {
  readonly before: ChunkState;
  readonly chunk: Chunk;
  readonly newKey: boolean;
  readonly verdict: RefusalVerdict | undefined;
  readonly deadline: Instant;
};

const sentAtOf = ({ ended: { finishedAt, durationMs } }: Pick<Answer, 'ended'>): Instant => finishedAt - durationMs;

/** So often in a row. */
const limitedTimesMax = 3;

const hold = { step: 'hold' } as const;
const complete = { step: 'complete' } as const;

// Of a small order the items of the cards, the end of the chunk and that of the request are written with the outcome: one
// round trip instead of three, for one write unit more a card.
const cardsAtOnceMax = 10;

const isComplete = ({ pars }: Chunk, { step }: NextStep, { chunksTotal }: SessionBounds): boolean =>
  step === 'settled' && chunksTotal === 1 && pars.length <= cardsAtOnceMax;
