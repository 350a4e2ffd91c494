import { cardEntries } from '../../shared/limit-increase/card-entries.ts';
import { countResults, subtractCounts } from '../../shared/limit-increase/counts.ts';
import { foldLostCall } from '../../shared/limit-increase/journal.ts';
import type { Ledger, StoredChunk } from '../../shared/limit-increase/ports.ts';
import type { ChunkRef, Instant, RedrivableStatus } from '../../shared/limit-increase/terms.ts';

/** How many of the chunk's cards are given up: its last ones. `finish`: the chunk is done then, else settled only. */
export type GivenUp = {
  readonly cards: number;
  readonly at: Instant;
  readonly finish?: boolean | undefined;
  /** What they end as, if not `unresolved`. */
  readonly as?: RedrivableStatus | undefined;
};

/**
 * Gives up the last cards of a free chunk that are still open, as a worker would who asked for them too long; names the
 * others.
 */
export async function giveUp(
  ledger: Ledger,
  ref: ChunkRef,
  { cards, at, finish = true, as = 'unresolved' }: GivenUp,
): Promise<StoredChunk> {
  const stored = await ledger.readChunk(ref);
  if (stored === undefined) throw new Error('the chunk stands');
  const { chunk } = stored;
  const known = foldLostCall(stored.state, at);
  const results = new Map(known.results);
  for (const position of chunk.pars.keys()) {
    if (results.has(position)) continue;
    const named = position < chunk.pars.length - cards;
    const correlationId = known.traces.get(position)?.maybe;
    const { redriven: redrive } = known;
    results.set(position, { status: named ? 'named' : as, correlationId, redrive, updatedAt: at });
  }
  const { redriven, traces, lostCalls, refusedLists, plan } = known;
  const state = {
    ...({
      fence: known.fence + 1,
      dueAt: at,
      stage: 'settled',
      attempts: 9,
      lostCalls,
      refusedLists,
      traces,
      results,
      redriven,
    } as const),
    plan: { ...plan, pool: [], suspect: [], repeat: [], stuck: [], alone: [] },
    tallied: countResults(results.values()),
    updatedAt: at,
  };
  const tally = subtractCounts(state.tallied, stored.state.tallied);
  const end = await ledger.journal({ chunk, state, now: at, takes: true, tally });
  if (end !== 'journalled') throw new Error(`the chunk could not be given up: ${end}`);
  if (finish) {
    await ledger.writeCards(cardEntries(chunk, state));
    await ledger.finishChunk(ref, at, state.fence);
  }
  return { chunk, state };
}
