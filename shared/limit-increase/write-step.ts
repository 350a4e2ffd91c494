import { AssertionError } from 'node:assert';
import { cardEntries } from './card-entries.ts';
import type { ChunkState, JournalledCall } from './chunk-state.ts';
import { countResults, subtractCounts, sumCounts } from './counts.ts';
import type { NextStep } from './next-step.ts';
import type { EndedCall, JournalResult, JournalStep } from './ports.ts';
import type { SettleDeps } from './settle-deps.ts';
import type { Chunk, Instant } from './terms.ts';

/** One step of a worker: the call that ended, if one did, and what comes next. */
export type Step = {
  readonly chunk: Chunk;
  readonly state: ChunkState;
  /**
   * `hold`: the worker keeps the chunk, and will say by its next step when it is due. `complete`: every card is final, and
   * the request, of which this is the only chunk, is settled with it.
   */
  readonly next: NextStep | { readonly step: 'hold' | 'complete' };
  readonly takes: boolean;
  readonly ended?: EndedCall | undefined;
  /** How long a known outcome is tried to be written. */
  readonly until: Instant;
};

const mintsMax = 5;
const retryPauseMs = 250;

/** Makes a step durable, with the next call's correlation ID if there is a next call. Answers the state as it now stands. */
export function createWriteStep({ ledger, platform, clock, notify, pause }: SettleDeps) {
  return async ({ chunk, state, next, takes, ended, until }: Step): Promise<ChunkState | 'fenced_off'> => {
    for (let mints = 0; mints < mintsMax; mints += 1) {
      const now = clock();
      const after = stateAfter(state, next, { platform, now });
      const { inFlight: begun } = after;
      // guard: new-correlation-id
      if (begun !== undefined && begun.correlationId === ended?.correlationId) continue;
      // guard: counted-once
      const tally = subtractCounts(after.tallied, state.tallied);
      // guard: entries-with-completion
      const completion = next.step === 'complete' ? { cards: cardEntries(chunk, after) } : undefined;
      const result = await persist({ chunk, state: after, now, takes, ended, begun, tally, completion }, until);
      if (result === 'fenced_off') return result;
      if (result === 'correlation_id_taken') continue;
      if (sumCounts(tally) > 0) notify({ notice: 'cards_tallied', counts: tally });
      return after;
    }
    throw new Error(`No unused correlation ID was found in ${mintsMax} tries.`);
  };

  // What a call came to is known here and nowhere else: the very same step is repeated while there is time. If the ledger
  // stays away, the call's own item is tried, for whoever asks later whether the call had named a card.
  async function persist(step: JournalStep, until: Instant): Promise<JournalResult> {
    for (;;) {
      try {
        return await ledger.journal(step);
      } catch (error) {
        if (step.ended === undefined || error instanceof AssertionError) throw error;
        if (clock() >= until) {
          // guard: late-record
          await ledger.recordLate(step.ended).catch(() => undefined);
          throw error;
        }
        await pause(retryPauseMs);
      }
    }
  }
}

export const mintCall = (
  platform: SettleDeps['platform'],
  positions: readonly number[],
  startedAt: Instant,
): JournalledCall => ({ correlationId: platform.mintCorrelationId(startedAt), positions, startedAt });

// A worker that leaves the chunk tallies its results. A settled chunk keeps its due time, because it leaves the index of
// open work in a moment and each change of the time costs two index writes.
function stateAfter(
  state: ChunkState,
  next: Step['next'],
  { platform, now }: { platform: SettleDeps['platform']; now: Instant },
): ChunkState {
  const landed = { ...state, inFlight: undefined, updatedAt: now };
  const left = { ...landed, leaseUntil: undefined, tallied: countResults(state.results.values()) };
  // What decides about further calls ends with them.
  const ended = { ...left, failingSince: undefined, listFailedAt: undefined, limited: undefined, tried: undefined };
  switch (next.step) {
    case 'ask':
      return { ...landed, inFlight: mintCall(platform, next.positions, now) };
    case 'hold':
      return landed;
    case 'wait':
      return { ...left, dueAt: next.until };
    case 'settled':
      return { ...ended, stage: 'settled' };
    case 'complete':
      return { ...ended, stage: 'done' };
    default:
      return next satisfies never;
  }
}
