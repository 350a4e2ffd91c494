import type { ChunkMessage } from '../../shared/bells/messages.ts';
import type { Clock } from '../../shared/limit-increase/ports.ts';
import type { Session, SessionBounds } from '../../shared/limit-increase/session.ts';
import type { ChunkRef, Instant } from '../../shared/limit-increase/terms.ts';
import type { Bells } from '../../shared/limit-increase/upload.ts';

export type SettleChunkDeps = {
  readonly takeRung: (ref: ChunkRef, bounds: SessionBounds) => Promise<Session>;
  readonly ringChunks: Bells['ringChunks'];
  readonly clock: Clock;
};

/**
 * Settles the chunk whose bell rang. However that ends, the message may go: the ledger says when the chunk is next due. One that
 * was put down only because the time was up rings again, so that it need not wait for the reconciler.
 */
export function createSettleChunk({ takeRung, ringChunks, clock }: SettleChunkDeps) {
  return async ({ requestId, chunkNumber }: ChunkMessage, deadline: Instant): Promise<void> => {
    const ref = { requestId, chunkNumber };
    const { end, stored } = await takeRung(ref, { deadline });
    if (end === 'parked' && stored.state.dueAt <= clock()) await ringChunks([ref]);
  };
}
