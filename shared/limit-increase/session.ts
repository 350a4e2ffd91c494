import { type Answer, createAsk } from './ask.ts';
import { newCardEntries } from './card-entries.ts';
import type { ChunkState } from './chunk-state.ts';
import { countResults } from './counts.ts';
import { createFinish } from './finish.ts';
import { followUp, isKeyRefused } from './follow-up.ts';
import { foldOutcome } from './journal.ts';
import { type NextStep, nextStep } from './next-step.ts';
import { noticesOf } from './notices.ts';
import type { CallOutcome, StoredChunk } from './ports.ts';
import { hasRoom, type SettleDeps } from './settle-deps.ts';
import type { Instant } from './terms.ts';
import { createWriteStep } from './write-step.ts';

// A worker's time with a chunk that it holds: call after call, each written down before it is sent and after it ended,
// until every card is final, or the rest must wait.

/**
 * `held`: another worker has the chunk. `not_due`: its time has not come. `no_time`: too little is left to begin.
 * `fenced_off`: the lease was lost on the way. `interrupted`: the ledger failed; the chunk falls due when its lease ends.
 */
export type SessionEnd = 'settled' | 'parked' | 'held' | 'not_due' | 'no_time' | 'fenced_off' | 'interrupted';

/** `stored`: the chunk as it was last made durable, as far as this worker knows. */
export type Session = { readonly end: SessionEnd; readonly stored: StoredChunk };

/** What is known of the session from outside. */
export type SessionBounds = { readonly deadline: Instant; readonly chunksTotal?: number | undefined };

export type Begun = {
  readonly stored: StoredChunk;
  /** Up to which state the card items are written. */
  readonly told: ChunkState;
  /** No call was begun: every open card waits for its time. */
  readonly waitUntil?: Instant | undefined;
};

export function createSession(deps: SettleDeps) {
  const { ledger, platform, clock, notify, rules } = deps;
  const ask = createAsk(deps);
  const writeStep = createWriteStep(deps);
  const finish = createFinish(deps);

  /** Carries a chunk that this worker holds to the end of the session; a call in flight is journalled and not yet sent. */
  async function carryOn({ stored, told, waitUntil }: Begun, bounds: SessionBounds): Promise<Session> {
    const { chunk } = stored;
    let { state } = stored;
    let until = waitUntil;
    let keyRefreshed = false;
    try {
      while (state.inFlight !== undefined) {
        const answer = await ask({ chunk, state }, state.inFlight, bounds.deadline);
        const { outcome, ended } = answer;
        const folded = foldOutcome(state, { chunk, at: ended.finishedAt, ...answer }, rules);
        for (const notice of noticesOf(chunk, answer, state, folded)) notify(notice);
        const newKey: boolean = isKeyRefused(outcome) && !keyRefreshed && (await platform.refreshCredentials());
        keyRefreshed ||= newKey;
        const next = whatFollows(folded, outcome, { newKey, deadline: bounds.deadline });
        until = next.step === 'wait' ? next.until : undefined;
        const step = next.step === 'wait' ? hold : next;
        const written = await writeStep({
          chunk,
          state: folded,
          next: step,
          takes: false,
          ended,
          until: bounds.deadline - rules.reserveMs,
        });
        if (written === 'fenced_off') return await fencedOff({ chunk, state }, answer);
        state = written;
      }
      if (until !== undefined) return await park({ chunk, state }, told, until);
      return await end({ chunk, state }, bounds);
    } catch (error) {
      const work = `chunk ${chunk.ref.requestId}#${chunk.ref.chunkNumber}`;
      notify({ notice: 'work_interrupted', work, error });
      return { end: 'interrupted', stored: { chunk, state } };
    }
  }

  function whatFollows(
    state: ChunkState,
    outcome: CallOutcome,
    { newKey, deadline }: { newKey: boolean; deadline: Instant },
  ): NextStep {
    const now = clock();
    const next = nextStep(state, rules.parsPerCallMax, now);
    return followUp({ state, outcome, next, newKey, roomLeft: hasRoom(rules, deadline - now), now }, rules.backoffMs);
  }

  async function fencedOff(stored: StoredChunk, { ended }: Answer): Promise<Session> {
    await ledger.recordLate(ended);
    notify({ notice: 'fenced_off', chunk: stored.chunk.ref, correlationId: ended.correlationId });
    return { end: 'fenced_off', stored };
  }

  // The chunk is let go only when the items of its cards are written: a chunk that is free lacks none, and one whose
  // worker vanished still has its lease.
  async function park({ chunk, state }: StoredChunk, told: ChunkState, until: Instant): Promise<Session> {
    await ledger.writeCards(newCardEntries(chunk, told, state));
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
    return { end: 'settled', stored: clock() < deadline ? await finish(stored, chunksTotal) : stored };
  }

  return carryOn;
}

const hold = { step: 'hold' } as const;
