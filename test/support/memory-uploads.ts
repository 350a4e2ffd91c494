import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { assertChunk, assertReceipt } from '../../shared/ledger/invariants.ts';
import { noCounts } from '../../shared/limit-increase/counts.ts';
import type { Instant } from '../../shared/limit-increase/terms.ts';
import type { UploadState } from '../../shared/limit-increase/upload.ts';
import type {
  CheckedNote,
  CheckResult,
  LinedStoredChunk,
  NoteResult,
  OpenResult,
  Receipt,
  ReceiveResult,
  ReceivingNote,
  ReportResult,
  UploadEntry,
  UploadPage,
  UploadPageQuery,
  UploadRefusal,
} from '../../shared/limit-increase/upload-ledger.ts';
import { type ChunkRow, nameOf, type RequestRow } from './memory-rows.ts';

/** The verbs of files of the ledger in memory, over the requests and chunks that it holds. */
export function createMemoryUploads(requests: Map<string, RequestRow>, chunks: Map<string, ChunkRow>) {
  const entries: UploadEntry[] = [];

  function rowOf(requestId: string): RequestRow & { readonly upload: UploadState } {
    const row = requests.get(requestId);
    assert(row?.request.upload !== undefined, 'a request of a file is there');
    return { ...row, upload: row.request.upload };
  }

  function change(
    requestId: string,
    request: Partial<RequestRow['request']>,
    upload: Partial<UploadState>,
    dueAt?: Instant,
  ): void {
    const row = rowOf(requestId);
    const { counts } = row;
    const changed = { ...row.request, ...request, upload: { ...row.upload, ...upload } };
    requests.set(requestId, { counts, request: changed, ...(dueAt !== undefined && { dueAt }) });
  }

  function receive(receipt: Receipt): ReceiveResult {
    const uploadKey = assertReceipt(receipt);
    const { request, dueAt } = receipt;
    const { requestId, createdAt: acceptedAt } = request;
    const standing = requests.get(requestId);
    if (standing !== undefined) return { result: 'exists', request: standing.request };
    requests.set(requestId, { request, counts: noCounts, dueAt });
    entries.push({ uploadKey, requestId, acceptedAt });
    return { result: 'received' };
  }

  function noteReceiving(requestId: string, note: ReceivingNote): NoteResult {
    const { request, upload } = rowOf(requestId);
    if (request.status !== 'receiving') return 'not_receiving';
    const { at, dueAt, readings = upload.readings, progress, chunksWritten = upload.chunksWritten } = note;
    if (progress !== undefined && upload.checkedAt !== undefined) return 'overtaken';
    if (chunksWritten < upload.chunksWritten) return 'overtaken';
    const noted = { readings, chunksWritten, ...(progress !== undefined && { progress }) };
    change(requestId, { updatedAt: at }, noted, dueAt);
    return 'noted';
  }

  function noteChecked(requestId: string, checked: CheckedNote): CheckResult {
    const { request, upload } = rowOf(requestId);
    if (request.status !== 'receiving') return 'not_receiving';
    const { at, dueAt, cardsTotal, chunksTotal, progress, reading } = checked;
    if (upload.checkedAt !== undefined) {
      const before = [request.cardsTotal, request.chunksTotal, upload.progress, upload.reading];
      return isDeepStrictEqual(before, [cardsTotal, chunksTotal, progress, reading]) ? 'noted' : 'differs';
    }
    change(requestId, { updatedAt: at, cardsTotal, chunksTotal }, { checkedAt: at, progress, reading }, dueAt);
    return 'noted';
  }

  function writeChunks(stored: readonly LinedStoredChunk[]): void {
    for (const one of stored) assertChunk(one);
    for (const one of stored) if (!chunks.has(nameOf(one.chunk.ref))) chunks.set(nameOf(one.chunk.ref), one);
  }

  function openRequest(
    requestId: string,
    { at, dueAt }: { readonly at: Instant; readonly dueAt: Instant },
  ): OpenResult {
    const { request, upload } = rowOf(requestId);
    if (request.status !== 'receiving') return 'not_receiving';
    assert(
      upload.checkedAt !== undefined && upload.chunksWritten === request.chunksTotal,
      'no chunk of a file is missing when it opens',
    );
    change(requestId, { status: 'open', updatedAt: at }, {}, dueAt);
    return 'opened';
  }

  function refuseUpload(requestId: string, refusal: UploadRefusal): OpenResult {
    const { at, dueAt, failure, cardsTotal, chunksTotal } = refusal;
    if (rowOf(requestId).request.status !== 'receiving') return 'not_receiving';
    const opened = { status: 'open', updatedAt: at, cardsTotal, chunksTotal } as const;
    change(requestId, opened, { failure, chunksWritten: chunksTotal }, dueAt);
    return 'opened';
  }

  function reportWritten(requestId: string, edition: number, at: Instant): ReportResult {
    const { request, upload } = rowOf(requestId);
    if (upload.edition !== edition || request.status !== 'settled') return 'outdated';
    if (upload.reportedAt !== undefined) return 'stands';
    change(requestId, {}, { reportedAt: at });
    return 'noted';
  }

  function listUploads(uploadKey: string, { limit, after }: UploadPageQuery): UploadPage {
    const sortOf = ({ acceptedAt, requestId }: Pick<UploadEntry, 'acceptedAt' | 'requestId'>): string =>
      `${new Date(acceptedAt).toISOString()}#${requestId}`;
    const found = entries
      .filter((entry) => entry.uploadKey === uploadKey && (after === undefined || sortOf(entry) < sortOf(after)))
      .sort((a, b) => (sortOf(a) < sortOf(b) ? 1 : -1));
    return { entries: found.slice(0, limit), last: found.length <= limit };
  }

  return { receive, noteReceiving, noteChecked, writeChunks, openRequest, refuseUpload, reportWritten, listUploads };
}
