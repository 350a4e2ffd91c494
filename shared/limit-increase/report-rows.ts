import assert from 'node:assert/strict';
import type { Clock, LedgerReads } from './ports.ts';
import { createReadNamedBy, type NamedCardView } from './read-named-by.ts';
import { cardsOf } from './results.ts';
import type { ChunkRef, Instant, LimitIncreaseRequest } from './terms.ts';

/** A card of a file and the line on which it stood. */
export type ReportRow = NamedCardView & { readonly line: number };

export type ReportReads = Pick<LedgerReads, 'readChunk' | 'readCardHistory'>;

const chunksAtOnce = 8;

/** The ledger lacks what it counts: nobody but a person can mend that. */
class ChunkMissing extends Error {
  override readonly name = 'ChunkMissing';

  constructor({ requestId, chunkNumber }: ChunkRef) {
    super(`The ledger holds no chunk ${chunkNumber} of ${requestId}: its report would have a gap.`);
  }
}

/**
 * Reads the cards of a file chunk by chunk, some chunks at a time. Throws when a chunk is missing, or when the deadline
 * comes before the last one: a report with a gap is none.
 */
export function createReadReportRows({ ledger, clock }: { readonly ledger: ReportReads; readonly clock: Clock }) {
  const readNamedBy = createReadNamedBy({ ledger, clock });

  return async function* rows(
    { requestId, chunksTotal, upload }: Pick<LimitIncreaseRequest, 'requestId' | 'chunksTotal' | 'upload'>,
    deadline: Instant,
  ): AsyncGenerator<readonly ReportRow[]> {
    for (let first = 1; first <= chunksTotal; first += chunksAtOnce) {
      const count = Math.min(chunksAtOnce, chunksTotal - first + 1);
      const refs = Array.from({ length: count }, (_, index) => ({ requestId, chunkNumber: first + index }));
      const chunks = await Promise.all(refs.map((ref) => readChunk(ref, upload?.failure !== undefined)));
      const cards = await readNamedBy(chunks.flat(), deadline);
      if (clock() >= deadline) throw new Error('There was not the time to write this report in one run.');
      yield cards;
    }
  };

  async function readChunk(ref: ChunkRef, mayBeMissing: boolean): Promise<ReportRow[]> {
    const stored = await ledger.readChunk(ref);
    // Of a file that was abandoned in the midst, some may never have been written.
    if (stored === undefined && mayBeMissing) return [];
    if (stored === undefined) throw new ChunkMissing(ref);
    const { lines } = stored.chunk;
    return cardsOf(stored).map((card, position) => {
      const line = lines?.[position];
      assert(line !== undefined, 'a chunk of a file tells the line of each card');
      return { ...card, line };
    });
  }
}
