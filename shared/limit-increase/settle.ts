import assert from 'node:assert/strict';
import { type Answer, createAsk } from './ask.ts';
import { newCardEntries } from './card-entries.ts';
import type { ChunkState } from './chunk-state.ts';
import { countResults } from './counts.ts';
import { createFinish } from './finish.ts';
import { followUp, isKeyRefused } from './follow-up.ts';
import { foldLostCall, foldOutcome, type JournalRules } from './journal.ts';
import { type NextStep, nextStep } from './next-step.ts';
import type { Notify } from './notice.ts';
import { noticesOf } from './notices.ts';
import type { CallOutcome, Clock, Ledger, Platform, StoredChunk } from './ports.ts';
import type { ChunkRef, Instant } from './terms.ts';
import { createWriteStep, mintCall } from './write-step.ts';

// The one algorithm. Whoever has a chunk calls it: POST with chunks it has just accepted, the reconciler with what fell
// due. It holds a lease for the whole session, journals every call before its first byte leaves, and writes a call's
// outcome in one transaction with what follows from it and with the next call. A crash between any two of its steps
// leaves the chunk in the index of open work, due when the lease ends.

export type SettleRules = JournalRules & {
  readonly parsPerCallMax: number;
  readonly callTimeoutMs: number;
  /** Kept back for writing the outcome of the last call. */
  readonly reserveMs: number;
  /** A lease outlives its session's deadline by this much, for the writes that are under way. */
  readonly leaseGraceMs: number;
};

export type SettleDeps = {
  readonly ledger: Ledger;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly notify: Notify;
  readonly rules: SettleRules;
};

/** `held`: another worker has the chunk. `not_due`: its time has not come. `no_time`: too little is left to begin. `fenced_off`: the lease was lost on the way. */
export type SessionEnd = 'settled' | 'parked' | 'held' | 'not_due' | 'no_time' | 'fenced_off';

export type Session = { readonly end: SessionEnd; readonly stored: StoredChunk };

/** What is known of the session from outside. */
export type SessionBounds = { readonly deadline: Instant; readonly chunksTotal?: number | undefined };

export type Settle = ReturnType<typeof createSettle>;

export function createSettle(deps: SettleDeps) {
  const { ledger, platform, clock, notify, rules } = deps;
  const ask = createAsk(deps);
  const writeStep = createWriteStep(deps);
  const finish = createFinish(deps);

  const leased = (state: ChunkState, deadline: Instant): ChunkState => {
    const leaseUntil = deadline + rules.leaseGraceMs;
    return { ...state, fence: state.fence + 1, leaseUntil, dueAt: leaseUntil };
  };

  // A call is begun only if its time-out and its bookkeeping still fit.
  const roomLeft = (deadline: Instant): boolean => deadline - clock() >= rules.callTimeoutMs + rules.reserveMs;

  /** The chunk with its lease and its first call in flight: for whoever makes it durable in the same transaction as the order. */
  function begin({ chunk, state }: StoredChunk, deadline: Instant): StoredChunk {
    const now = clock();
    const next = nextStep(state, rules.parsPerCallMax, now);
    assert(next.step === 'ask', 'a chunk that nobody has touched has a card to ask for');
    const inFlight = mintCall(platform, next.positions, now);
    return { chunk, state: { ...leased(state, deadline), inFlight, updatedAt: now } };
  }

  /** Takes a chunk, as it was last seen, if nobody holds it, and carries it on. */
  async function take(stored: StoredChunk, bounds: SessionBounds): Promise<Session> {
    if (!roomLeft(bounds.deadline)) return { end: 'no_time', stored };
    const { chunk } = stored;
    const now = clock();
    const known = foldLostCall(stored.state, now);
    const next = nextStep(known, rules.parsPerCallMax, now);
    const state = await writeStep({ chunk, state: leased(known, bounds.deadline), next, takes: true });
    return state === 'fenced_off' ? { end: 'held', stored } : carryOn({ chunk, state }, bounds, stored.state);
  }

  /** Reads a chunk that should be due and takes it; finishes what a settled one still lacks. */
  async function takeDue(ref: ChunkRef, bounds: SessionBounds): Promise<Session> {
    const stored = await ledger.readChunk(ref);
    assert(stored !== undefined, 'a chunk in the index of open work stands in the table');
    const { stage, leaseUntil, dueAt } = stored.state;
    if (stage !== 'open') return { end: 'settled', stored: await finish(stored, bounds.chunksTotal) };
    if (leaseUntil !== undefined && leaseUntil >= clock()) return { end: 'held', stored };
    return dueAt > clock() ? { end: 'not_due', stored } : take(stored, bounds);
  }

  /** Carries a chunk whose call is journalled and not yet sent to the end of the session. */
  async function carryOn(begun: StoredChunk, bounds: SessionBounds, seen = begun.state): Promise<Session> {
    const { chunk } = begun;
    let { state } = begun;
    let keyRefreshed = false;
    while (state.inFlight !== undefined) {
      const answer = await ask({ chunk, state }, state.inFlight, bounds.deadline);
      const folded = foldOutcome(state, { chunk, at: answer.ended.finishedAt, ...answer }, rules);
      for (const notice of noticesOf(chunk, answer, state, folded)) notify(notice);
      const newKey: boolean = isKeyRefused(answer.outcome) && !keyRefreshed && (await platform.refreshCredentials());
      keyRefreshed ||= newKey;
      const next = whatFollows(folded, answer.outcome, { newKey, deadline: bounds.deadline });
      const written = await writeStep({ chunk, state: folded, next, takes: false, ended: answer.ended });
      if (written === 'fenced_off') return fencedOff({ chunk, state }, answer);
      state = written;
    }
    return end({ chunk, state }, seen, bounds);
  }

  function whatFollows(
    state: ChunkState,
    outcome: CallOutcome,
    { newKey, deadline }: { newKey: boolean; deadline: Instant },
  ): NextStep {
    const now = clock();
    const next = nextStep(state, rules.parsPerCallMax, now);
    return followUp({ state, outcome, next, newKey, roomLeft: roomLeft(deadline), now }, rules.backoffMs);
  }

  async function fencedOff(stored: StoredChunk, { ended }: Answer): Promise<Session> {
    await ledger.recordLate(ended);
    notify({ notice: 'fenced_off', chunk: stored.chunk.ref, correlationId: ended.correlationId });
    return { end: 'fenced_off', stored };
  }

  async function end(stored: StoredChunk, seen: ChunkState, { chunksTotal }: SessionBounds): Promise<Session> {
    const { chunk, state } = stored;
    if (state.stage === 'settled') {
      notify({ notice: 'chunk_settled', chunk: chunk.ref, counts: countResults(state.results.values()) });
      return { end: 'settled', stored: await finish(stored, chunksTotal) };
    }
    const open = chunk.pars.length - state.results.size;
    notify({ notice: 'chunk_parked', chunk: chunk.ref, open, dueAt: state.dueAt });
    await ledger.writeCards(newCardEntries(chunk, seen, state));
    return { end: 'parked', stored };
  }

  return { begin, take, takeDue, carryOn };
}
