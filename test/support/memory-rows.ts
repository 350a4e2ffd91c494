import type { JournalStep, StoredChunk } from '../../shared/limit-increase/ports.ts';
import type { ChunkRef, Instant, LimitIncreaseRequest, SettledCounts } from '../../shared/limit-increase/terms.ts';

// What the ledger in memory holds of requests and chunks. `dueAt`: the request is in the index of open work.

export type RequestRow = { request: LimitIncreaseRequest; counts: SettledCounts; dueAt?: Instant };
export type ChunkRow = StoredChunk & { readonly lastStep?: JournalStep };

export const nameOf = ({ requestId, chunkNumber }: ChunkRef): string => `${requestId}#${chunkNumber}`;
