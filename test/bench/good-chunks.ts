import type { UploadCut } from '../../shared/limit-increase/upload.ts';
import { aCorporation, pars } from '../support/builders.ts';

export const cardsPerChunk = 100;

/** So many chunks of 100 good cards; `firstCard` keeps the cards of two files apart. */
export const goodChunks = (chunksTotal: number, firstCard: number): UploadCut => ({
  chunksTotal,
  cardsTotal: chunksTotal * cardsPerChunk,
  chunkAt: (chunkNumber) => {
    const before = (chunkNumber - 1) * cardsPerChunk;
    return {
      corporation: aCorporation(),
      pars: pars(cardsPerChunk, firstCard + before),
      lines: Array.from({ length: cardsPerChunk }, (_, index) => before + index + 2),
    };
  },
});
