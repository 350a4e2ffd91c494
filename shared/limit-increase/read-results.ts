import { parsPerChunkMax } from './chunk.ts';
import type { LedgerReads, StoredChunk } from './ports.ts';
import { type Page, type PageQuery, type Place, pageOf } from './results.ts';
import type { LimitIncreaseRequest } from './terms.ts';

const chunksAtOnce = 5;
/** A page ends after so many chunks, however few of their cards were wanted: the caller goes on from its cursor. */
const chunksPerPageMax = 20;

/**
 * Reads a page of a request's cards, chunk by chunk, and never more than 20 chunks. Of a file that is still being read
 * the cards of the chunks that stand; there is always a next page then, which is empty as long as no more stand. A chunk
 * that does not exist has no cards to show: an abandoned file's was never written, an old request's may have expired.
 */
export function createReadResults(ledger: Pick<LedgerReads, 'readChunk'>) {
  return async ({ requestId, status, chunksTotal, upload }: LimitIncreaseRequest, query: PageQuery): Promise<Page> => {
    const [chunksStanding, end] =
      status === 'receiving' ? [upload?.chunksWritten ?? 0, Infinity] : [chunksTotal, chunksTotal];
    const cards: Page['cards'][number][] = [];
    let next: Place | undefined = query.from.chunkNumber > end ? undefined : query.from;
    let chunksRead = 0;
    while (next !== undefined && cards.length < query.limit && chunksRead < chunksPerPageMax) {
      const wanted = Math.ceil((query.limit - cards.length) / parsPerChunkMax);
      const left = chunksStanding - next.chunkNumber + 1;
      const count = Math.min(wanted, chunksAtOnce, left, chunksPerPageMax - chunksRead);
      if (count < 1) break;
      const chunks = await readChunks(requestId, next.chunkNumber, count);
      const page: Page = pageOf(chunks, { ...query, from: next, limit: query.limit - cards.length }, end);
      cards.push(...page.cards);
      next = page.next;
      chunksRead += count;
    }
    return { cards, next };
  };

  async function readChunks(requestId: string, from: number, count: number): Promise<(StoredChunk | undefined)[]> {
    const refs = Array.from({ length: count }, (_, index) => ({ requestId, chunkNumber: from + index }));
    return Promise.all(refs.map(ledger.readChunk));
  }
}
