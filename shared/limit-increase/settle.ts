import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { backoffAfter } from './backoff.ts';
import type { ChunkState } from './chunk-state.ts';
import { createFinish } from './finish.ts';
import { createGiveUp } from './give-up.ts';
import { foldLostCall } from './journal.ts';
import { type NextStep, nextStep, oneCardOf } from './next-step.ts';
import type { Down } from './platform-state.ts';
import type { StoredChunk } from './ports.ts';
import { createSession, type Session, type SessionBounds } from './session.ts';
import { hasRoom, type SettleDeps } from './settle-deps.ts';
import { createTakeUnread } from './take-unread.ts';
import type { ChunkRef, Instant } from './terms.ts';
import type { RungChunk } from './upload.ts';
import { createWriteStep, mintCall } from './write-step.ts';

// The one algorithm. Whoever has a chunk calls it: POST with chunks it has just accepted, the reconciler with what fell
// due. It holds a lease for the whole session, journals every call before its first byte leaves, and writes a call's
// outcome in one transaction with what follows from it and with the next call. A crash between any two of its steps
// leaves the chunk in the index of open work, due when the lease ends.

export type Settle = ReturnType<typeof createSettle>;

export function createSettle(deps: SettleDeps) {
  const { ledger, platform, watch, clock, notify, rules } = deps;
  const writeStep = createWriteStep(deps);
  const finish = createFinish(deps);
  const carryOn = createSession(deps);
  const giveUp = createGiveUp(deps);

  const leased = (state: ChunkState, deadline: Instant): ChunkState => {
    const leaseUntil = deadline + rules.leaseGraceMs;
    const triedSince = state.triedSince ?? watch.upTimeMs();
    return { ...state, fence: state.fence + 1, leaseUntil, dueAt: leaseUntil, triedSince };
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
  const carryOnBegun = (stored: StoredChunk, bounds: SessionBounds): Promise<Session> =>
    carryOn({ stored, told: stored.state }, bounds);

  /** Takes a chunk, as it was last seen, if nobody holds it and the platform is up, and carries it on. */
  const take = (stored: StoredChunk, bounds: SessionBounds): Promise<Session> => takeIf(mayNotProbe, stored, bounds);

  async function takeIf(mayProbe: MayProbe, stored: StoredChunk, bounds: SessionBounds): Promise<Session> {
    const { deadline } = bounds;
    const { chunk } = stored;
    if (!hasRoom(rules, deadline - clock())) return { end: 'no_time', stored };
    const seen = await watch.current();
    const probes = seen.state === 'down';
    if (probes && !(mayProbe(chunk.ref, seen) && (await watch.takeProbe(chunk.ref))))
      return { end: 'platform_down', stored };
    const now = clock();
    const known = foldLostCall(stored.state, now);
    const planned = afterLostCall(stored.state, known, nextStep(known, rules.parsPerCallMax, now));
    const { state: tried, next } = giveUp(chunk, known, planned);
    const [step, waitUntil] = next.step === 'wait' ? [hold, next.until] : [probes ? oneCardOf(next) : next];
    const state = await writeStep({ chunk, state: leased(tried, deadline), next: step, takes: true, until: deadline });
    if (state === 'fenced_off') return { end: 'held', stored };
    return carryOn({ stored: { chunk, state }, told: toldBefore(stored.state), waitUntil, probes }, bounds);
  }

  // It may be the call itself that ends its workers, so it counts as one that brought no answer: after its lease the chunk
  // waits as it does after those, lest it be asked for again at the end of every lease.
  function afterLostCall(state: ChunkState, known: ChunkState, next: NextStep): NextStep {
    if (state.inFlight === undefined || next.step !== 'ask') return next;
    const until = state.dueAt + backoffAfter(rules.backoffMs, known.attempts);
    return until > clock() ? { step: 'wait', until } : next;
  }

  /** Reads a chunk that should be due and takes it; finishes what a settled one still lacks. */
  const takeDue = (ref: ChunkRef, bounds: SessionBounds): Promise<Session | Gone> =>
    takeRead(ref, bounds, { mayBeTaken: isDue, mayProbe: mayAlwaysProbe });

  /** The same for a chunk whose bell rang. One that nobody ever began is due then: its time is set for a lost bell. */
  async function takeRung(
    { requestId, chunkNumber, untouched }: RungChunk,
    bounds: SessionBounds,
  ): Promise<Session | Gone> {
    const ref = { requestId, chunkNumber };
    const taken = untouched === undefined ? undefined : await takeUnread(ref, untouched, bounds.deadline);
    if (taken !== undefined) return carryOnBegun(taken, bounds);
    return takeRead(ref, bounds, {
      mayBeTaken: (state) => state.fence === 0 || isDue(state),
      mayProbe: (chunk, { lastProbed }) => !isDeepStrictEqual(chunk, lastProbed),
    });
  }

  const isDue = ({ dueAt }: ChunkState): boolean => dueAt <= clock();

  async function takeRead(
    ref: ChunkRef,
    bounds: SessionBounds,
    { mayBeTaken, mayProbe }: Taking,
  ): Promise<Session | Gone> {
    const stored = await ledger.readChunk(ref);
    if (stored === undefined) return dropGone(ref);
    const { state } = stored;
    if (state.stage !== 'open') return { end: 'settled', stored: await finish(stored, bounds.chunksTotal) };
    if (!mayBeTaken(state)) return { end: state.leaseUntil === undefined ? 'not_due' : 'held', stored };
    return takeIf(mayProbe, stored, bounds);
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

/** While the platform is down one worker asks how it is, and for that takes a chunk. Whether it may be this one. */
type MayProbe = (chunk: ChunkRef, down: Down) => boolean;

type Taking = { readonly mayBeTaken: (state: ChunkState) => boolean; readonly mayProbe: MayProbe };

const mayNotProbe: MayProbe = () => false;
const mayAlwaysProbe: MayProbe = () => true;

const hold = { step: 'hold' } as const;

// A chunk is let go only with its card items written. If its worker vanished, nobody knows which are: as if none.
const toldBefore = (state: ChunkState): ChunkState =>
  state.leaseUntil === undefined ? state : { ...state, results: new Map(), traces: new Map() };
