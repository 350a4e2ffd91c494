import { expect, it } from 'vitest';
import { createSettleChunk } from '../../../functions/settle-chunk/settle-chunk.ts';
import type { SessionEnd } from '../../../shared/limit-increase/session.ts';
import { aChunk, aRequestId, aState, retention } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';

const ref = { requestId: aRequestId, chunkNumber: 7 };
const message = { ...ref, untouched: { cards: 2, expiresAt: retention(aMoment) } };
const deadline = aMoment + 60_000;

it.each<SessionEnd>(['settled', 'parked', 'held', 'not_due', 'no_time', 'fenced_off', 'interrupted'])(
  'has the chunk whose bell rang settled until the deadline, and lets the message go if it ends %s',
  async (end) => {
    const taken: unknown[] = [];
    const settleChunk = createSettleChunk({
      takeRung: async (...asked) => {
        taken.push(asked);
        return { end, stored: { chunk: aChunk({ ref }), state: aState(2) } };
      },
    });
    await settleChunk(message, deadline);
    expect(taken).toEqual([[message, { deadline }]]);
  },
);

it('keeps the message of a chunk that cannot be read', async () => {
  const settleChunk = createSettleChunk({ takeRung: () => Promise.reject(new Error('the ledger is not there')) });
  await expect(settleChunk(ref, deadline)).rejects.toThrow('the ledger is not there');
});
