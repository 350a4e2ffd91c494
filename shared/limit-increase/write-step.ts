import type { ChunkState, JournalledCall } from './chunk-state.ts';
import { countResults, subtractCounts } from './counts.ts';
import type { NextStep } from './next-step.ts';
import type { EndedCall } from './ports.ts';
import type { SettleDeps } from './settle.ts';
import type { Chunk, Instant } from './terms.ts';

/** One step of a worker: the call that ended, if one did, and what comes next. */
export type Step = {
  readonly chunk: Chunk;
  readonly state: ChunkState;
  readonly next: NextStep;
  readonly takes: boolean;
  readonly ended?: EndedCall | undefined;
};

const mintsMax = 5;

/** Makes a step durable, with the next call's correlation ID if there is a next call. Answers the state as it now stands. */
export function createWriteStep({ ledger, platform, clock }: SettleDeps) {
  return async ({ chunk, state, next, takes, ended }: Step): Promise<ChunkState | 'fenced_off'> => {
    for (let mints = 0; mints < mintsMax; mints += 1) {
      const now = clock();
      const begun = next.step === 'ask' ? mintCall(platform, next.positions, now) : undefined;
      const after = begun === undefined ? released(state, next, now) : { ...state, inFlight: begun, updatedAt: now };
      const tally = begun === undefined ? subtractCounts(after.tallied, state.tallied) : undefined;
      const result = await ledger.journal({ chunk, state: after, now, takes, ended, begun, tally });
      if (result === 'journalled') return after;
      if (result === 'fenced_off') return result;
    }
    throw new Error(`No unused correlation ID was found in ${mintsMax} tries.`);
  };
}

export const mintCall = (
  platform: SettleDeps['platform'],
  positions: readonly number[],
  startedAt: Instant,
): JournalledCall => ({ correlationId: platform.mintCorrelationId(startedAt), positions, startedAt });

// The chunk as a worker leaves it: its results are tallied. A settled one keeps its due time, because it leaves the index
// of open work in a moment and each change of the time costs two index writes.
function released(state: ChunkState, next: NextStep, updatedAt: Instant): ChunkState {
  const tallied = countResults(state.results.values());
  const free = { ...state, inFlight: undefined, leaseUntil: undefined, tallied, updatedAt };
  return next.step === 'wait' ? { ...free, dueAt: next.until } : { ...free, stage: 'settled' };
}
