import { describe, expect, it } from 'vitest';
import { createSettleChunk } from '../../../functions/settle-chunk/settle-chunk.ts';
import type { SessionEnd } from '../../../shared/limit-increase/session.ts';
import type { ChunkRef } from '../../../shared/limit-increase/terms.ts';
import { aChunk, aRequestId, aState } from '../../support/builders.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';

const ref = { requestId: aRequestId, chunkNumber: 7 };
const deadline = aMoment + 60_000;

async function settle(end: SessionEnd, dueAt: number) {
  const taken: unknown[] = [];
  const rung: ChunkRef[] = [];
  const settleChunk = createSettleChunk({
    clock: createFixedClock(),
    takeRung: async (...asked) => {
      taken.push(asked);
      return { end, stored: { chunk: aChunk({ ref }), state: aState(2, { dueAt }) } };
    },
    ringChunks: async (refs) => void rung.push(...refs),
  });
  await settleChunk(ref, deadline);
  return { taken, rung };
}

describe('the bell of a chunk', () => {
  it('has it settled until the deadline', async () => {
    expect((await settle('settled', aMoment)).taken).toEqual([[ref, { deadline }]]);
  });

  it('is rung again when the chunk was put down although its cards are due', async () => {
    expect((await settle('parked', aMoment)).rung).toEqual([ref]);
  });

  it.each<[SessionEnd, number]>([
    ['parked', aMoment + 1],
    ['settled', aMoment],
    ['held', aMoment],
    ['not_due', aMoment],
    ['fenced_off', aMoment],
    ['interrupted', aMoment],
  ])('is not rung again when it ends %s with the chunk due at %i', async (end, dueAt) => {
    expect((await settle(end, dueAt)).rung).toEqual([]);
  });
});
