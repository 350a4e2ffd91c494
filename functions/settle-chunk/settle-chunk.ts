import type { ChunkMessage } from '../../shared/bells/messages.ts';
import type { Session, SessionBounds } from '../../shared/limit-increase/session.ts';
import type { ChunkRef, Instant } from '../../shared/limit-increase/terms.ts';

export type SettleChunkDeps = {
  readonly takeRung: (ref: ChunkRef, bounds: SessionBounds) => Promise<Session>;
};

/** Settles the chunk whose bell rang. However that ends, the message may go: the ledger says when the chunk is next due. */
export function createSettleChunk({ takeRung }: SettleChunkDeps) {
  return async ({ requestId, chunkNumber }: ChunkMessage, deadline: Instant): Promise<void> => {
    await takeRung({ requestId, chunkNumber }, { deadline });
  };
}
