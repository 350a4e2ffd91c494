import type { JournalledCall } from '../../shared/limit-increase/chunk-state.ts';
import type { CallRecord, JournalStep, StoredChunk } from '../../shared/limit-increase/ports.ts';
import type { Reopening } from '../../shared/limit-increase/redrive-ledger.ts';
import type { EpochSeconds, Instant, LimitIncreaseRequest, SettledCounts } from '../../shared/limit-increase/terms.ts';

// What the ledger in memory holds: `dueAt` while the request is open work; the write that made a chunk what it is.

export type RequestRow = { request: LimitIncreaseRequest; counts: SettledCounts; dueAt?: Instant };

export type ChunkRow = StoredChunk & { readonly lastStep?: JournalStep; readonly lastReopening?: Reopening };

export type CallRow = { readonly call: CallRecord; readonly expiresAt: EpochSeconds };

export const callRow = ({ ref, expiresAt }: JournalStep['chunk'], call: JournalledCall): CallRow => ({
  call: { ...call, chunk: ref },
  expiresAt,
});
