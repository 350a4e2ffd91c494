import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { Instant, LimitIncreaseRequest } from '../limit-increase/terms.ts';
import type {
  CheckedNote,
  CheckResult,
  NoteResult,
  OpenResult,
  ReceivingNote,
  ReportResult,
  UploadPage,
  UploadPageQuery,
  UploadRefusal,
} from '../limit-increase/upload-ledger.ts';
import {
  type Condition,
  chunksWrittenAtMost,
  reportIsOwed,
  requestIsReceiving,
  requestIsUnchecked,
  requestIsWritten,
} from './conditions.ts';
import { LedgerFault } from './faults.ts';
import { requestKey, uploadPartition, uploadSort } from './keys.ts';
import { requestOf } from './request-item.ts';
import { type Attributes, withoutUndefined } from './stored-item.ts';
import { storedInstant } from './stored-values.ts';
import type { Table } from './table.ts';
import { uploadEntryOf } from './upload-item.ts';

const iso = (at: Instant): string => z.encode(storedInstant, at);

/** The verbs of a file: how it is read, and what becomes of its report. */
export function createUploads(table: Table) {
  /** The request as it stands where the condition kept it from being changed; undefined if it was changed. */
  async function change(
    operation: string,
    requestId: string,
    set: Attributes,
    condition: Condition,
    remove: readonly string[] = [],
  ): Promise<LimitIncreaseRequest | undefined> {
    const update = { key: requestKey(requestId), change: { set: withoutUndefined(set), remove }, condition };
    const result = await table.update(operation, update);
    if (result.written) return undefined;
    if (result.old === undefined) throw new LedgerFault(operation, 'a request that is not there');
    return requestOf(result.old);
  }

  async function noteReceiving(requestId: string, note: ReceivingNote): Promise<NoteResult> {
    const { at, dueAt, readings, progress, chunksWritten } = note;
    const set = {
      ...{ updatedAt: iso(at), dueAt: iso(dueAt) },
      ...(readings !== undefined && { 'upload.readings': readings }),
      ...(progress !== undefined && { 'upload.progress': progress }),
      ...(chunksWritten !== undefined && { 'upload.chunksWritten': chunksWritten }),
    };
    // What was counted at the end is not replaced by what a second reader has counted so far.
    const counted = progress === undefined ? requestIsReceiving : requestIsUnchecked;
    const condition = chunksWritten === undefined ? counted : chunksWrittenAtMost(chunksWritten);
    const standing = await change('noteReceiving', requestId, set, condition);
    if (standing === undefined) return 'noted';
    return standing.status === 'receiving' ? 'overtaken' : 'not_receiving';
  }

  async function noteChecked(requestId: string, checked: CheckedNote): Promise<CheckResult> {
    const { at, dueAt, cardsTotal, chunksTotal, progress, reading } = checked;
    const upload = { 'upload.checkedAt': iso(at), 'upload.progress': progress, 'upload.reading': reading };
    const set = { updatedAt: iso(at), dueAt: iso(dueAt), cardsTotal, chunksTotal, ...upload };
    const standing = await change('noteChecked', requestId, set, requestIsUnchecked);
    if (standing === undefined) return 'noted';
    if (standing.status !== 'receiving') return 'not_receiving';
    const before = [standing.cardsTotal, standing.chunksTotal, standing.upload?.progress, standing.upload?.reading];
    const now = [cardsTotal, chunksTotal, progress, withoutUndefined(reading)];
    return isDeepStrictEqual(before, now) ? 'noted' : 'differs';
  }

  async function openRequest(
    requestId: string,
    { at, dueAt }: { readonly at: Instant; readonly dueAt: Instant },
  ): Promise<OpenResult> {
    const set = { status: 'open', updatedAt: iso(at), dueAt: iso(dueAt) };
    const standing = await change('openRequest', requestId, set, requestIsWritten);
    if (standing?.status === 'receiving') throw new LedgerFault('openRequest', 'a file of which chunks are missing');
    return standing === undefined ? 'opened' : 'not_receiving';
  }

  async function refuseUpload(requestId: string, refusal: UploadRefusal): Promise<OpenResult> {
    const { at, dueAt, failure, cardsTotal, chunksTotal } = refusal;
    const upload = { 'upload.failure': failure, 'upload.chunksWritten': chunksTotal };
    const set = { status: 'open', updatedAt: iso(at), dueAt: iso(dueAt), cardsTotal, chunksTotal, ...upload };
    const standing = await change('refuseUpload', requestId, set, requestIsReceiving);
    return standing === undefined ? 'opened' : 'not_receiving';
  }

  async function reportWritten(requestId: string, edition: number, at: Instant): Promise<ReportResult> {
    const set = { 'upload.reportedAt': iso(at) };
    const standing = await change('reportWritten', requestId, set, reportIsOwed(edition), ['openWork', 'dueAt']);
    if (standing === undefined) return 'noted';
    if (standing.upload === undefined) throw new LedgerFault('reportWritten', 'a request that is no file’s');
    const { upload } = standing;
    return upload.edition === edition && upload.reportedAt !== undefined ? 'stands' : 'outdated';
  }

  async function listUploads(uploadKey: string, { limit, after }: UploadPageQuery): Promise<UploadPage> {
    const sort = after === undefined ? undefined : uploadSort(after);
    // One more than asked for: whether there is more.
    const items = await table.query(
      'listUploads',
      {
        KeyConditionExpression: sort === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :sk',
        ExpressionAttributeValues: { ':pk': uploadPartition(uploadKey), ...(sort !== undefined && { ':sk': sort }) },
        ScanIndexForward: false,
        ConsistentRead: true,
      },
      limit + 1,
    );
    return { entries: items.slice(0, limit).map(uploadEntryOf), last: items.length <= limit };
  }

  return { noteReceiving, noteChecked, openRequest, refuseUpload, reportWritten, listUploads };
}
