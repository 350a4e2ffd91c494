import assert from 'node:assert/strict';
import { backoffAfter } from './backoff.ts';
import type { ChunkState } from './chunk-state.ts';
import { type Admission, spacingMs } from './circuit-breaker.ts';
import { createFinish } from './finish.ts';
import { createGiveUp } from './give-up.ts';
import { foldLostCall, splitIfAnswered } from './journal.ts';
import { type NextStep, nextStep, oneCardOf } from './next-step.ts';
import type { StoredChunk } from './ports.ts';
import { createSession, type Session, type SessionBounds } from './session.ts';
import { hasRoom, type SettleDeps } from './settle-deps.ts';
import { createTakeUnread } from './take-unread.ts';
import type { ChunkRef, Instant } from './terms.ts';
import { timeBegun, timePassed } from './tried-time.ts';
import { hadLastTurn } from './turns.ts';
import type { RungChunk } from './upload.ts';
import { createWriteStep, mintCall } from './write-step.ts';

// The one algorithm. Whoever has a chunk calls it: POST with chunks it has just accepted, the reconciler with what fell
// due. It holds a lease for the whole session, journals every call before its first byte leaves, and writes a call's
// outcome in one transaction with what follows from it and with the next call. A crash between any two of its steps
// leaves the chunk in the index of open work, due when the lease ends.

export type Settle = ReturnType<typeof createSettle>;

/** Work that no caller waits for may wait this long for its turn under a pace. */
const backgroundWaitMs = 30_000;

export function createSettle(deps: SettleDeps) {
  const { ledger, platform, breaker, clock, notify, pause, rules } = deps;
  const writeStep = createWriteStep(deps);
  const finish = createFinish(deps);
  const carryOn = createSession(deps);
  const giveUp = createGiveUp(deps);

  const leased = (state: ChunkState, deadline: Instant): ChunkState => {
    const leaseUntil = deadline + rules.leaseGraceMs;
    return timeBegun({ ...state, fence: state.fence + 1, leaseUntil, dueAt: leaseUntil }, breaker.upTimeMs());
  };

  /** The chunk with its lease and its first call in flight: for whoever makes it durable in the same transaction as the order. */
  const begin = ({ chunk, state }: StoredChunk, deadline: Instant): StoredChunk => ({
    chunk,
    state: begun(state, deadline),
  });

  function begun(state: ChunkState, deadline: Instant): ChunkState {
    const now = clock();
    const next = nextStep(state, rules.parsPerCallMax, now);
    assert(next.step === 'ask', 'a chunk that nobody has touched has a card to ask for');
    return { ...leased(state, deadline), inFlight: mintCall(platform, next.positions, now), updatedAt: now };
  }

  const takeUnread = createTakeUnread(deps, begun);

  /** Carries a chunk that was begun, and is durable as such, to the end of the session. */
  const carryOnBegun = async (stored: StoredChunk, bounds: SessionBounds): Promise<Session> =>
    inTurns(await carryOn({ stored, recorded: stored.state }, bounds), bounds);

  /** Takes a chunk, as it was last seen, if nobody holds it and it may call, and carries it on. */
  const take = async (stored: StoredChunk, bounds: SessionBounds): Promise<Session> =>
    inTurns(await takeOnce(stored, bounds), bounds);

  /** Where calls need a turn, a session is one call long: the next one follows if its turn comes in time. */
  async function inTurns(first: Session, bounds: SessionBounds): Promise<Session> {
    let session = first;
    while (session.wantsTurn && hasRoom(rules, bounds.deadline - clock())) {
      const next = await takeOnce(session.stored, bounds);
      if (next.end === 'platform_down' || next.end === 'no_time') return session;
      session = next;
    }
    return session;
  }

  async function takeOnce(stored: StoredChunk, bounds: SessionBounds): Promise<Session> {
    const { deadline, isOrder = false } = bounds;
    const { chunk } = stored;
    const roomMs = deadline - clock() - rules.callTimeoutMs - rules.reserveMs;
    if (roomMs < 0) return { end: 'no_time', stored };
    const waitMs = Math.min(roomMs, isOrder ? spacingMs(rules.callTimeoutMs) : backgroundWaitMs);
    const { ref, corporation } = chunk;
    const turn = await breaker.requestTurn({ chunk: ref, corporation, isOrder, waitMs });
    // guard: turn
    if ('until' in turn) return refusedTurn(stored, turn, deadline);
    if (turn.at > clock()) await pause(turn.at - clock());
    const now = clock();
    const known = withKnownAnswers(stored, now);
    const planned = afterLostCall(stored.state, known, nextStep(known, rules.parsPerCallMax, now));
    const { state: tried, next } = giveUp(chunk, known, planned);
    const isProbe = breaker.known().open !== undefined;
    const [step, waitUntil] = next.step === 'wait' ? [hold, next.until] : [isProbe ? oneCardOf(next) : next];
    const state = await writeStep({ chunk, state: leased(tried, deadline), next: step, takes: true, until: deadline });
    if (state === 'fenced_off') return { end: 'held', stored };
    return carryOn(
      { stored: { chunk, state }, recorded: recordedBefore(stored.state), waitUntil, hasTurn: true },
      bounds,
    );
  }

  // A chunk of a refused corporation falls due when its corporation does; else it would be looked at in vain until then.
  async function refusedTurn(
    stored: StoredChunk,
    turn: Extract<Admission, { until: Instant }>,
    deadline: Instant,
  ): Promise<Session> {
    const { chunk, state } = stored;
    if (turn.why !== 'corporation') return { end: 'platform_down', stored };
    if (state.dueAt >= turn.until && state.inFlight === undefined) return { end: 'not_due', stored };
    // It is tried with its corporation, whichever of the chunks makes the call.
    const known = timePassed(withKnownAnswers(stored, clock()), breaker.upTimeMs(), true);
    const deferred = { step: 'wait', until: turn.until } as const;
    const { state: tried, next } = giveUp(chunk, known, deferred);
    const step = { chunk, state: leased(tried, deadline), takes: true, until: deadline };
    const free = await writeStep({ ...step, next: next.step === 'wait' ? hold : next });
    if (free === 'fenced_off') return { end: 'held', stored };
    const waitUntil = next.step === 'wait' ? next.until : undefined;
    return carryOn({ stored: { chunk, state: free }, recorded: recordedBefore(state), waitUntil }, { deadline });
  }

  /** The state with a lost call folded, and lists that failed split if other calls were answered since. */
  function withKnownAnswers({ chunk, state }: StoredChunk, now: Instant): ChunkState {
    const lost = state.inFlight !== undefined;
    const folded = foldLostCall(state, now);
    const known = lost ? timePassed(folded, breaker.upTimeMs(), true) : folded;
    return splitIfAnswered(known, breaker.othersAnsweredAt(chunk.ref));
  }

  // It may be the call itself that ends its workers, so it counts as one that brought no answer: after its lease the chunk
  // waits as it does after those, so that it is not retried each time a lease expires.
  function afterLostCall(state: ChunkState, known: ChunkState, next: NextStep): NextStep {
    if (state.inFlight === undefined || next.step !== 'ask') return next;
    const until = state.dueAt + backoffAfter(rules.backoffMs, known.attempts);
    return until > clock() ? { step: 'wait', until } : next;
  }

  /** Reads a chunk that should be due and takes it; finishes what a settled one still lacks. */
  const takeDue = (ref: ChunkRef, bounds: SessionBounds): Promise<Session | Gone> => takeRead(ref, bounds, isDue);

  /**
   * The same for a chunk whose bell rang. One that nobody ever began is due then: its time is set for a lost bell. So is one
   * that failed before the platform recovered.
   */
  async function takeRung(
    { requestId, chunkNumber, untouched }: RungChunk,
    bounds: SessionBounds,
  ): Promise<Session | Gone> {
    const ref = { requestId, chunkNumber };
    const taken = untouched === undefined ? undefined : await takeUnread(ref, untouched, bounds.deadline);
    if (taken !== undefined) return carryOnBegun(taken, bounds);
    const known = await breaker.current();
    const { recoveredAt = -Infinity } = known;
    return takeRead(ref, bounds, (state) => {
      // guard: recovery
      const mayCall = state.fence === 0 || isDue(state) || failedBefore(state, recoveredAt);
      return mayCall && !hadLastTurn(known, ref);
    });
  }

  const isDue = ({ dueAt }: ChunkState): boolean => dueAt <= clock();

  async function takeRead(
    ref: ChunkRef,
    bounds: SessionBounds,
    mayBeTaken: (state: ChunkState) => boolean,
  ): Promise<Session | Gone> {
    const stored = await ledger.readChunk(ref);
    if (stored === undefined) return dropGone(ref);
    const { state } = stored;
    if (state.stage !== 'open') return { end: 'settled', stored: await finish(stored, bounds.chunksTotal) };
    if (!mayBeTaken(state)) return { end: state.leaseUntil === undefined ? 'not_due' : 'held', stored };
    return take(stored, bounds);
  }

  // It has expired, or one of its items was deleted before the other.
  async function dropGone(ref: ChunkRef): Promise<Gone> {
    const work = { work: 'chunk', ref } as const;
    await ledger.dropGoneWork(work, clock());
    notify({ notice: 'work_gone', work });
    return { end: 'gone' };
  }

  return { begin, carryOnBegun, take, takeDue, takeRung };
}

/** The chunk no longer exists: there is nothing to be done for it. */
type Gone = { readonly end: 'gone'; readonly stored?: undefined };

const failedBefore = ({ failingSince, limited, leaseUntil, updatedAt }: ChunkState, recoveredAt: Instant): boolean =>
  leaseUntil === undefined && updatedAt <= recoveredAt && (failingSince ?? limited) !== undefined;

const hold = { step: 'hold' } as const;

// A chunk is let go only with its card items written. If its worker vanished, nobody knows which are: as if none.
const recordedBefore = (state: ChunkState): ChunkState =>
  state.leaseUntil === undefined ? state : { ...state, results: new Map(), traces: new Map() };
