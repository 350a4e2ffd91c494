import assert from 'node:assert/strict';
import { assertChunk } from '../../shared/ledger/invariants.ts';
import { noCounts } from '../../shared/limit-increase/counts.ts';
import type { Namings, NamingsOf } from '../../shared/limit-increase/namings.ts';
import type { Clock, StoredChunk } from '../../shared/limit-increase/ports.ts';
import { hasExpired } from '../../shared/limit-increase/retention.ts';
import type { EpochSeconds, Instant, LimitIncreaseRequest } from '../../shared/limit-increase/terms.ts';
import type { UploadState } from '../../shared/limit-increase/upload.ts';
import type {
  AbandonedNote,
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
import type { RequestRow } from './memory-rows.ts';

export type MemoryRows = {
  readonly requests: Map<string, RequestRow>;
  readonly clock: Clock;
  /** Adds the chunk, if none stands in its place. */
  readonly addChunk: (stored: StoredChunk) => void;
};

/** The verbs of files of the ledger in memory. */
export function createMemoryUploads({ requests, clock, addChunk }: MemoryRows) {
  const namings = new Map<string, { readonly found: Namings; readonly expiresAt: EpochSeconds }>();

  function receive({ request, dueAt }: Receipt): ReceiveResult {
    assert(request.upload !== undefined, 'a request of a file');
    const standing = requests.get(request.requestId);
    if (standing !== undefined) return { result: 'exists', request: standing.request };
    requests.set(request.requestId, { request, counts: noCounts, dueAt });
    return { result: 'received' };
  }

  function noteReceiving(requestId: string, note: ReceivingNote): NoteResult {
    const { at, dueAt } = note;
    const [row, upload] = uploadOf(requestId);
    if (!isBeingRead(row.request)) return 'not_receiving';
    const { readings = upload.readings, progress = upload.progress, chunksWritten = upload.chunksWritten } = note;
    if (note.progress !== undefined && upload.checkedAt !== undefined) return 'overtaken';
    if (chunksWritten < upload.chunksWritten) return 'overtaken';
    const noted = { ...upload, readings, progress, chunksWritten };
    requests.set(requestId, { ...row, dueAt, request: { ...row.request, updatedAt: at, upload: noted } });
    return 'noted';
  }

  function noteChecked(requestId: string, { at, dueAt, ...checked }: CheckedNote): CheckResult {
    const { cardsTotal, chunksTotal, progress, reading } = checked;
    const [row, upload] = uploadOf(requestId);
    const { request } = row;
    if (!isBeingRead(request)) return 'not_receiving';
    if (upload.checkedAt !== undefined) {
      const sameTotals = request.cardsTotal === cardsTotal && request.chunksTotal === chunksTotal;
      return sameTotals && upload.reading?.sha256 === reading.sha256 ? 'noted' : 'differs';
    }
    const known = { ...upload, checkedAt: at, progress, reading };
    requests.set(requestId, {
      ...row,
      dueAt,
      request: { ...request, updatedAt: at, cardsTotal, chunksTotal, upload: known },
    });
    return 'noted';
  }

  function writeChunks(chunks: readonly LinedStoredChunk[]): void {
    for (const stored of chunks) {
      assertChunk(stored);
      addChunk(stored);
    }
  }

  function openRequest(requestId: string, { at, dueAt }: { at: Instant; dueAt: Instant }): OpenResult {
    const [row, upload] = uploadOf(requestId);
    const { request } = row;
    if (!isBeingRead(request)) return endedAt(request, at);
    assert(upload.checkedAt !== undefined && upload.chunksWritten === request.chunksTotal, 'every chunk is written');
    requests.set(requestId, { ...row, dueAt, request: { ...request, status: 'open', updatedAt: at } });
    return 'opened';
  }

  function refuseUpload(requestId: string, { at, dueAt, failure }: UploadRefusal): OpenResult | 'overtaken' {
    const [row, upload] = uploadOf(requestId);
    if (row.request.status !== 'receiving') return endedAt(row.request, at);
    if (upload.checkedAt !== undefined) return 'overtaken';
    const ended = { status: 'open', updatedAt: at, upload: { ...upload, failure } } as const;
    requests.set(requestId, { ...row, dueAt, request: { ...row.request, ...ended } });
    return 'opened';
  }

  function abandonUpload(requestId: string, { at, dueAt, failure }: UploadRefusal): 'abandoned' | 'not_receiving' {
    const [row, upload] = uploadOf(requestId);
    if (row.request.status !== 'receiving') return 'not_receiving';
    if (upload.failure !== undefined) return 'abandoned';
    assert(upload.checkedAt !== undefined, 'a file that was read to its end');
    requests.set(requestId, {
      ...row,
      dueAt,
      request: { ...row.request, updatedAt: at, upload: { ...upload, failure } },
    });
    return 'abandoned';
  }

  function endAbandoned(requestId: string, { at, dueAt, cardsTotal, chunksTotal }: AbandonedNote): OpenResult {
    const [row, upload] = uploadOf(requestId);
    if (row.request.status !== 'receiving') return endedAt(row.request, at);
    assert(upload.failure !== undefined, 'a file that was abandoned');
    const ended = { status: 'open', updatedAt: at, cardsTotal, chunksTotal } as const;
    requests.set(requestId, { ...row, dueAt, request: { ...row.request, ...ended } });
    return 'opened';
  }

  function reportWritten(requestId: string, edition: number, reportedAt: Instant): ReportResult {
    const [{ request, counts }, upload] = uploadOf(requestId);
    if (upload.edition > edition) return 'outdated';
    assert(request.status === 'settled' && upload.edition === edition, 'a report of a settled request');
    if (upload.reportedAt !== undefined) return upload.reportedAt === reportedAt ? 'noted' : 'stands';
    requests.set(requestId, { counts, request: { ...request, upload: { ...upload, reportedAt } } });
    return 'noted';
  }

  const nameOf = ({ requestId, edition }: NamingsOf): string => `${requestId} ${edition}`;

  function keepNamings(of: NamingsOf, found: Namings): void {
    namings.set(nameOf(of), { found, expiresAt: of.expiresAt });
  }

  function readNamings(of: NamingsOf): Namings {
    const kept = namings.get(nameOf(of));
    return kept === undefined || hasExpired(kept.expiresAt, clock()) ? new Map() : kept.found;
  }

  function listUploads(uploadKey: string, { limit, after }: UploadPageQuery): UploadPage {
    const all = [...requests.values()].flatMap(
      ({ request: { requestId, createdAt: acceptedAt, expiresAt, upload } }) =>
        upload?.object.key === uploadKey && !hasExpired(expiresAt, clock()) ? { uploadKey, requestId, acceptedAt } : [],
    );
    const older = all.sort(newestFirst).filter((entry) => after === undefined || newestFirst(after, entry) < 0);
    return { entries: older.slice(0, limit), last: older.length <= limit };
  }

  function uploadOf(requestId: string): [RequestRow, UploadState] {
    const row = requests.get(requestId);
    assert(row?.request.upload !== undefined, 'a request of a file that is there');
    return [row, row.request.upload];
  }

  return {
    ...{ receive, noteReceiving, noteChecked, writeChunks, openRequest, refuseUpload, abandonUpload, endAbandoned },
    ...{ reportWritten, listUploads, keepNamings, readNamings },
  };
}

const isBeingRead = ({ status, upload }: LimitIncreaseRequest): boolean =>
  status === 'receiving' && upload?.failure === undefined;

const endedAt = ({ status, updatedAt }: LimitIncreaseRequest, at: Instant): OpenResult =>
  status === 'open' && updatedAt === at ? 'opened' : 'not_receiving';

type Sorted = Pick<UploadEntry, 'acceptedAt' | 'requestId'>;

const newestFirst = (a: Sorted, b: Sorted): number =>
  b.acceptedAt - a.acceptedAt || (a.requestId < b.requestId ? 1 : a.requestId > b.requestId ? -1 : 0);
