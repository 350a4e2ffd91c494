import assert from 'node:assert/strict';
import { parsPerChunkMax } from './chunk.ts';
import type { LedgerReads, StoredChunk } from './ports.ts';
import { type Page, type PageQuery, type Place, pageOf } from './results.ts';
import type { ChunkRef, LimitIncreaseRequest } from './terms.ts';

const chunksAtOnce = 5;
/** A page ends after so many chunks, however few of their cards were wanted: the caller goes on from its cursor. */
const chunksPerPageMax = 20;

/** Reads a page of a request's cards, chunk by chunk, and never more than 20 chunks. */
export function createReadResults(ledger: Pick<LedgerReads, 'readChunk'>) {
  return async ({ requestId, chunksTotal }: LimitIncreaseRequest, query: PageQuery): Promise<Page> => {
    const cards: Page['cards'][number][] = [];
    let next: Place | undefined = query.from.chunkNumber > chunksTotal ? undefined : query.from;
    let chunksRead = 0;
    while (next !== undefined && cards.length < query.limit && chunksRead < chunksPerPageMax) {
      const wanted = Math.ceil((query.limit - cards.length) / parsPerChunkMax);
      const count = Math.min(wanted, chunksAtOnce, chunksTotal - next.chunkNumber + 1, chunksPerPageMax - chunksRead);
      const chunks = await readChunks(requestId, next.chunkNumber, count);
      const page: Page = pageOf(chunks, { ...query, from: next, limit: query.limit - cards.length }, chunksTotal);
      cards.push(...page.cards);
      next = page.next;
      chunksRead += count;
    }
    return { cards, next };
  };

  async function readChunks(requestId: string, from: number, count: number): Promise<StoredChunk[]> {
    const refs = Array.from({ length: count }, (_, index) => ({ requestId, chunkNumber: from + index }));
    return Promise.all(refs.map(readOne));
  }

  async function readOne(ref: ChunkRef): Promise<StoredChunk> {
    const stored = await ledger.readChunk(ref);
    assert(stored !== undefined, 'a chunk that its request counts stands in the table');
    return stored;
  }
}
