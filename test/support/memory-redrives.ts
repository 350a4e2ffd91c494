import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { assertReopening } from '../../shared/ledger/invariants.ts';
import { addCounts } from '../../shared/limit-increase/counts.ts';
import type { RedriveBeginning, RedriveProgress, Reopening } from '../../shared/limit-increase/redrive-ledger.ts';
import type { ChunkRef, Instant, LimitIncreaseRequest } from '../../shared/limit-increase/terms.ts';
import type { ChunkRow, RequestRow } from './memory-rows.ts';

export type MemoryRedriveRows = {
  readonly requests: Map<string, RequestRow>;
  readonly readChunk: (ref: ChunkRef) => ChunkRow | undefined;
  readonly writeChunk: (row: ChunkRow) => void;
};

/** The verbs of redrives of the ledger in memory. */
export function createMemoryRedrives({ requests, readChunk, writeChunk }: MemoryRedriveRows) {
  function beginRedrive(requestId: string, beginning: RedriveBeginning): 'begun' | 'stands' {
    const { number, redrive, earlier, edition, dueAt } = beginning;
    const row = requests.get(requestId);
    assert(row !== undefined, 'a request that is redriven is there');
    const { request } = row;
    const redrives = [...earlier, redrive];
    const { redriven = 0 } = request;
    if (redriven === number && isDeepStrictEqual(request.redrives, redrives)) return 'begun';
    // guard: redrive-once
    if (request.status !== 'settled' || redriven !== number - 1) return 'stands';
    const noted = { redriven: number, redrives, redriving: { number, chunksDone: 0, statuses: redrive.statuses } };
    const reopened = { ...withReport(request, edition), ...noted, updatedAt: redrive.at };
    requests.set(requestId, { ...row, dueAt, request: { ...reopened, status: 'open' } });
    return 'begun';
  }

  function reopenChunk(reopening: Reopening): 'reopened' | 'stands' {
    assertReopening(reopening);
    const { chunk, state, tally } = reopening;
    const row = readChunk(chunk.ref);
    assert(row !== undefined, 'a chunk that is reopened is there');
    if (isDeepStrictEqual(row.lastReopening, reopening)) return 'reopened';
    // guard: redrive-fence
    if (row.state.stage === 'open' || row.state.fence !== state.fence - 1) return 'stands';
    writeChunk({ chunk: row.chunk, state, lastReopening: reopening });
    const request = requests.get(chunk.ref.requestId);
    if (request !== undefined) request.counts = addCounts(request.counts, tally);
    return 'reopened';
  }

  function noteRedriving(requestId: string, progress: RedriveProgress, dueAt: Instant): void {
    const row = requests.get(requestId);
    const standing = row?.request.redriving;
    if (row === undefined || standing?.number !== progress.number) return;
    if (standing.chunksDone > progress.chunksDone) return;
    const redriving = { ...standing, chunksDone: progress.chunksDone };
    requests.set(requestId, { ...row, dueAt, request: { ...row.request, redriving } });
  }

  function endRedrive(requestId: string, number: number, dueAt: Instant): void {
    const row = requests.get(requestId);
    if (row === undefined || row.request.redriving?.number !== number) return;
    const { redriving: _, ...request } = row.request;
    requests.set(requestId, { ...row, dueAt, request });
  }

  return { beginRedrive, reopenChunk, noteRedriving, endRedrive };
}

function withReport(request: LimitIncreaseRequest, edition: number | undefined): LimitIncreaseRequest {
  if (edition === undefined || request.upload === undefined) return request;
  const { reportedAt: _, ...upload } = request.upload;
  return { ...request, upload: { ...upload, edition } };
}
