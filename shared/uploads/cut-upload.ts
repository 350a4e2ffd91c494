import assert from 'node:assert/strict';
import { parsPerChunkMax } from '../limit-increase/chunk.ts';
import type { UploadCut } from '../limit-increase/upload.ts';
import type { CardTable } from './card-table.ts';
import type { Corporations } from './corporations.ts';

/**
 * Cuts the cards of a file into chunks: going through them in the file's order, each corporation has one chunk that is
 * being filled, and a chunk has its number from its first card. So the numbers follow the file, and whoever reads the same
 * bytes cuts the same chunks. Cards in conflict are in none.
 */
export function cutUpload(cards: CardTable, corporations: Corporations): UploadCut {
  const chunkOf = new Uint32Array(cards.size());
  const filling = new Map<number, { number: number; cards: number }>();
  let [cardsTotal, chunksTotal] = [0, 0];
  for (let card = 0; card < cards.size(); card += 1) {
    // guard: conflict-in-file
    if (cards.conflict(card) !== undefined) continue;
    const corporation = cards.corporation(card);
    let chunk = filling.get(corporation);
    if (chunk === undefined || chunk.cards === parsPerChunkMax) {
      chunksTotal += 1;
      chunk = { number: chunksTotal, cards: 0 };
      filling.set(corporation, chunk);
    }
    chunk.cards += 1;
    cardsTotal += 1;
    chunkOf[card] = chunk.number;
  }
  const { order, starts } = sortedByChunk(chunkOf, chunksTotal);

  function chunkAt(chunkNumber: number): ReturnType<UploadCut['chunkAt']> {
    const members = [...order.subarray(starts[chunkNumber], starts[chunkNumber + 1])];
    const [first] = members;
    const corporation = first === undefined ? undefined : corporations.at(cards.corporation(first));
    assert(corporation !== undefined, 'a chunk has a number from 1 to chunksTotal, and a card');
    return { corporation, pars: members.map(cards.par), lines: members.map(cards.line) };
  }

  return { cardsTotal, chunksTotal, chunkAt };
}

/** The cards one chunk after the other, within a chunk in their own order; `starts` tells where each chunk begins. */
function sortedByChunk(chunkOf: Uint32Array, chunksTotal: number): { order: Uint32Array; starts: Uint32Array } {
  const starts = new Uint32Array(chunksTotal + 2);
  for (const chunk of chunkOf) if (chunk > 0) starts[chunk + 1] = (starts[chunk + 1] ?? 0) + 1;
  for (let chunk = 1; chunk < starts.length; chunk += 1)
    starts[chunk] = (starts[chunk] ?? 0) + (starts[chunk - 1] ?? 0);
  const next = starts.slice();
  const order = new Uint32Array(starts.at(-1) ?? 0);
  for (const [card, chunk] of chunkOf.entries()) {
    if (chunk === 0) continue;
    const place = next[chunk] ?? 0;
    order[place] = card;
    next[chunk] = place + 1;
  }
  return { order, starts };
}
