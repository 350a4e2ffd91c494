import assert from 'node:assert/strict';
import type { ChunkState } from './chunk-state.ts';
import { createFinish } from './finish.ts';
import { foldLostCall } from './journal.ts';
import { nextStep } from './next-step.ts';
import type { StoredChunk } from './ports.ts';
import { createSession, type Session, type SessionBounds } from './session.ts';
import { hasRoom, type SettleDeps } from './settle-deps.ts';
import type { ChunkRef, Instant } from './terms.ts';
import { createWriteStep, mintCall } from './write-step.ts';

// The one algorithm. Whoever has a chunk calls it: POST with chunks it has just accepted, the reconciler with what fell
// due. It holds a lease for the whole session, journals every call before its first byte leaves, and writes a call's
// outcome in one transaction with what follows from it and with the next call. A crash between any two of its steps
// leaves the chunk in the index of open work, due when the lease ends.

export type Settle = ReturnType<typeof createSettle>;

export function createSettle(deps: SettleDeps) {
  const { ledger, platform, clock, rules } = deps;
  const writeStep = createWriteStep(deps);
  const finish = createFinish(deps);
  const carryOn = createSession(deps);

  const leased = (state: ChunkState, deadline: Instant): ChunkState => {
    const leaseUntil = deadline + rules.leaseGraceMs;
    return { ...state, fence: state.fence + 1, leaseUntil, dueAt: leaseUntil };
  };

  /** The chunk with its lease and its first call in flight: for whoever makes it durable in the same transaction as the order. */
  function begin({ chunk, state }: StoredChunk, deadline: Instant): StoredChunk {
    const now = clock();
    const next = nextStep(state, rules.parsPerCallMax, now);
    assert(next.step === 'ask', 'a chunk that nobody has touched has a card to ask for');
    const inFlight = mintCall(platform, next.positions, now);
    return { chunk, state: { ...leased(state, deadline), inFlight, updatedAt: now } };
  }

  /** Carries a chunk that was begun, and is durable as such, to the end of the session. */
  const carryOnBegun = (stored: StoredChunk, bounds: SessionBounds): Promise<Session> =>
    carryOn({ stored, told: stored.state }, bounds);

  /** Takes a chunk, as it was last seen, if nobody holds it, and carries it on. */
  async function take(stored: StoredChunk, bounds: SessionBounds): Promise<Session> {
    const { deadline } = bounds;
    const { chunk } = stored;
    const now = clock();
    if (!hasRoom(rules, deadline - now)) return { end: 'no_time', stored };
    const known = foldLostCall(stored.state, now);
    const next = nextStep(known, rules.parsPerCallMax, now);
    const [step, waitUntil] = next.step === 'wait' ? [hold, next.until] : [next];
    const state = await writeStep({ chunk, state: leased(known, deadline), next: step, takes: true, until: deadline });
    if (state === 'fenced_off') return { end: 'held', stored };
    return carryOn({ stored: { chunk, state }, told: toldBefore(stored.state), waitUntil }, bounds);
  }

  async function read(ref: ChunkRef): Promise<StoredChunk> {
    const stored = await ledger.readChunk(ref);
    assert(stored !== undefined, 'a chunk that is due, or whose bell rings, stands in the table');
    return stored;
  }

  /** Reads a chunk that should be due and takes it; finishes what a settled one still lacks. */
  const takeDue = async (ref: ChunkRef, bounds: SessionBounds): Promise<Session> => takeIfDue(await read(ref), bounds);

  /** The same for a chunk whose bell rang: one that nobody ever began is taken before it falls due by itself. */
  async function takeRung(ref: ChunkRef, bounds: SessionBounds): Promise<Session> {
    const stored = await read(ref);
    return stored.state.fence === 0 ? take(stored, bounds) : takeIfDue(stored, bounds);
  }

  async function takeIfDue(stored: StoredChunk, bounds: SessionBounds): Promise<Session> {
    const { stage, leaseUntil, dueAt } = stored.state;
    if (stage !== 'open') return { end: 'settled', stored: await finish(stored, bounds.chunksTotal) };
    if (dueAt > clock()) return { end: leaseUntil === undefined ? 'not_due' : 'held', stored };
    return take(stored, bounds);
  }

  return { begin, carryOnBegun, take, takeDue, takeRung };
}

const hold = { step: 'hold' } as const;

// A chunk is let go only with its card items written. If its worker vanished, nobody knows which are: as if none.
const toldBefore = (state: ChunkState): ChunkState =>
  state.leaseUntil === undefined ? state : { ...state, results: new Map(), traces: new Map() };
