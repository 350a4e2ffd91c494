import type { ChunkMessage } from '../../shared/bells/messages.ts';
import type { SessionBounds } from '../../shared/limit-increase/session.ts';
import type { Instant } from '../../shared/limit-increase/terms.ts';
import type { RungChunk } from '../../shared/limit-increase/upload.ts';

export type SettleChunkDeps = {
  readonly takeRung: (chunk: RungChunk, bounds: SessionBounds) => Promise<unknown>;
};

/** Settles the chunk whose bell rang. However that ends, the message may go: the ledger says when the chunk is next due. */
export function createSettleChunk({ takeRung }: SettleChunkDeps) {
  return async (message: ChunkMessage, deadline: Instant): Promise<void> => {
    await takeRung(message, { deadline });
  };
}
