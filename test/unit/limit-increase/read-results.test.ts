import { describe, expect, it } from 'vitest';
import type { StoredChunk } from '../../../shared/limit-increase/ports.ts';
import { createReadResults } from '../../../shared/limit-increase/read-results.ts';
import { firstPlace } from '../../../shared/limit-increase/results.ts';
import type { ChunkRef } from '../../../shared/limit-increase/terms.ts';
import { aChunk, anUploadState, aRequest, aState, pars } from '../../support/builders.ts';

const chunkOf = (ref: ChunkRef): StoredChunk => ({
  chunk: aChunk({ ref, pars: pars(100, ref.chunkNumber * 1_000), lines: Array.from({ length: 100 }, (_, n) => n + 2) }),
  state: aState(100),
});

/** A ledger in which so many chunks stand; what it is asked for beyond them is a fault. */
function standing(chunks: number) {
  const read: number[] = [];
  const readResults = createReadResults({
    readChunk: async (ref) => {
      read.push(ref.chunkNumber);
      return ref.chunkNumber <= chunks ? chunkOf(ref) : undefined;
    },
  });
  return { read, readResults };
}

const receiving = (chunksWritten: number, chunksTotal: number) =>
  aRequest({
    ...{ source: 'upload', status: 'receiving', chunksTotal, cardsTotal: chunksTotal * 100 },
    upload: anUploadState({ chunksWritten }),
  });

describe('a file that is still being read', () => {
  it('shows the cards of the chunks that stand, and that more will come', async () => {
    const { read, readResults } = standing(3);
    const { cards, next } = await readResults(receiving(2, 9), { from: firstPlace, limit: 1_000 });
    expect([read, cards.length, next]).toEqual([[1, 2], 200, { chunkNumber: 3, position: 0 }]);
    expect(cards[101]).toMatchObject({ par: pars(1, 2_001)[0], line: 3 });
  });

  it.each([
    ['before its rows are counted', receiving(0, 0), firstPlace],
    ['before a chunk stands', receiving(0, 9), firstPlace],
    ['behind the last chunk that stands', receiving(2, 9), { chunkNumber: 3, position: 0 }],
    ['behind the last one that there will be', receiving(9, 9), { chunkNumber: 10, position: 0 }],
  ])('shows none %s, and asks to come again', async (_, request, from) => {
    const { read, readResults } = standing(9);
    expect(await readResults(request, { from, limit: 100 })).toEqual({ cards: [], next: from });
    expect(read).toEqual([]);
  });
});

describe('a file that was abandoned', () => {
  it('is read past the chunks that were never written, however many', async () => {
    const readResults = createReadResults({
      readChunk: async (ref) => ([1, 30].includes(ref.chunkNumber) ? chunkOf(ref) : undefined),
    });
    const upload = anUploadState({ failure: { reason: 'object_gone', detail: 'It was deleted.' } });
    const request = aRequest({ source: 'upload', chunksTotal: 30, cardsTotal: 200, upload });
    const one = await readResults(request, { from: firstPlace, limit: 1_000 });
    expect([one.cards.length, one.next]).toEqual([100, { chunkNumber: 21, position: 0 }]);
    const two = await readResults(request, { from: one.next ?? firstPlace, limit: 1_000 });
    expect([two.cards.length, two.next]).toEqual([100, undefined]);
  });
});

describe('any other request', () => {
  it('ends with its last chunk', async () => {
    const { readResults } = standing(2);
    const request = aRequest({ chunksTotal: 2, cardsTotal: 200 });
    const { cards, next } = await readResults(request, { from: firstPlace, limit: 1_000 });
    expect([cards.length, next]).toEqual([200, undefined]);
    expect(await readResults(request, { from: { chunkNumber: 3, position: 0 }, limit: 1 })).toEqual({ cards: [] });
  });

  it('is read no further than twenty chunks for a page, however few cards are wanted', async () => {
    const { read, readResults } = standing(99);
    const request = aRequest({ chunksTotal: 99, cardsTotal: 9_900 });
    const { cards, next } = await readResults(request, { from: firstPlace, limit: 5, status: 'named' });
    expect([cards.length, next, read.length]).toEqual([0, { chunkNumber: 21, position: 0 }, 20]);
  });
});
