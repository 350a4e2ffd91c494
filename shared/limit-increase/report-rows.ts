import assert from 'node:assert/strict';
import type { Clock, LedgerReads } from './ports.ts';
import { createReadNamedBy, type NamedCardView } from './read-named-by.ts';
import { cardsOf } from './results.ts';
import { mayLackItems } from './retention.ts';
import type { ChunkRef, Instant, LimitIncreaseRequest, NamedBy } from './terms.ts';

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

/** A report with a gap is none. */
export class ReportOutOfTime extends Error {
  override readonly name = 'ReportOutOfTime';

  constructor() {
    super('There was not the time to write this report in one run.');
  }
}

type Reported = Pick<LimitIncreaseRequest, 'requestId' | 'chunksTotal' | 'createdAt' | 'upload'>;

export type ReportReading = {
  readonly deadline: Instant;
  /** What is known of whose namings the cards are; what is found out is added, whole chunks at a time. */
  readonly namings: Map<number, readonly (NamedBy | undefined)[]>;
};

/**
 * Reads the cards of a file chunk by chunk, some chunks at a time.
 *
 * @throws ChunkMissing, or ReportOutOfTime when the deadline comes before the last chunk.
 */
export function createReadReportRows({ ledger, clock }: { readonly ledger: ReportReads; readonly clock: Clock }) {
  const readNamedBy = createReadNamedBy({ ledger, clock });

  return async function* rows(
    { requestId, chunksTotal, createdAt, upload }: Reported,
    { deadline, namings }: ReportReading,
  ): AsyncGenerator<readonly ReportRow[]> {
    // Of a file that was abandoned in the midst, some may never have been written; of an old one, some may have expired.
    const mayBeMissing = upload?.failure !== undefined || mayLackItems(createdAt, clock());
    for (let first = 1; first <= chunksTotal; first += chunksAtOnce) {
      const count = Math.min(chunksAtOnce, chunksTotal - first + 1);
      const refs = Array.from({ length: count }, (_, index) => ({ requestId, chunkNumber: first + index }));
      const chunks = await Promise.all(refs.map((ref) => readChunk(ref, mayBeMissing)));
      const unknown = chunks.filter((_, index) => !namings.has(first + index)).flat();
      const found = await readNamedBy(unknown, deadline);
      if (clock() >= deadline) throw new ReportOutOfTime();
      yield tellNamings({ chunks, first, found }, namings);
    }
  };

  async function readChunk(ref: ChunkRef, mayBeMissing: boolean): Promise<ReportRow[]> {
    const stored = await ledger.readChunk(ref);
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

type Told = {
  readonly chunks: readonly (readonly ReportRow[])[];
  /** The number of the first of them. */
  readonly first: number;
  /** The rows of those chunks of whose namings nothing was known, one chunk's after the other's. */
  readonly found: readonly ReportRow[];
};

/** All rows, with what was known of them or has been found out now, which is noted. */
function tellNamings({ chunks, first, found }: Told, namings: ReportReading['namings']): ReportRow[] {
  let told = 0;
  return chunks.flatMap((rows, index) => {
    const known = namings.get(first + index);
    if (known !== undefined) return rows.map((row, place) => ({ ...row, namedBy: known[place] }));
    const named = found.slice(told, told + rows.length);
    told += rows.length;
    const whose = named.map(({ namedBy }) => namedBy);
    if (whose.some((name) => name !== undefined)) namings.set(first + index, whose);
    return named;
  });
}
