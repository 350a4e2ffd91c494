import * as z from 'zod';
import type { Instant, LimitIncreaseRequest } from '../limit-increase/terms.ts';
import type {
  AbandonedNote,
  CheckedNote,
  CheckResult,
  NoteResult,
  OpenResult,
  ReceivingNote,
  UploadRefusal,
} from '../limit-increase/upload-ledger.ts';
import {
  type Condition,
  chunksWrittenAtMost,
  requestIsAbandoned,
  requestIsChecked,
  requestIsReceiving,
  requestIsUnchecked,
  requestIsWritten,
} from './conditions.ts';
import type { Change } from './expressions.ts';
import { LedgerFault } from './faults.ts';
import { requestKey } from './keys.ts';
import { requestOf } from './request-item.ts';
import { withoutUndefined } from './stored-item.ts';
import { storedInstant } from './stored-values.ts';
import type { Table } from './table.ts';
import { storedFailure, storedProgress, storedReading } from './upload-state.ts';

type Moments = { readonly at: Instant; readonly dueAt: Instant };

/** The verbs of a file that is being read. Several readers may be at it: what one noted, a slower one does not undo. */
export function createReceiving(table: Table) {
  async function noteReceiving(requestId: string, note: ReceivingNote): Promise<NoteResult> {
    const { readings, progress, chunksWritten } = note;
    const set = {
      ...moments(note),
      ...(readings !== undefined && { 'upload.readings': readings }),
      ...(progress !== undefined && { 'upload.progress': z.encode(storedProgress, progress) }),
      ...(chunksWritten !== undefined && { 'upload.chunksWritten': chunksWritten }),
    };
    const standing = await write('noteReceiving', requestId, { set }, conditionOf(note));
    if (standing === undefined) return 'noted';
    return isBeingRead(standing) ? 'overtaken' : 'not_receiving';
  }

  async function noteChecked(requestId: string, checked: CheckedNote): Promise<CheckResult> {
    const { cardsTotal, chunksTotal, progress, reading, at } = checked;
    const set = {
      ...{ ...moments(checked), cardsTotal, chunksTotal },
      'upload.checkedAt': z.encode(storedInstant, at),
      'upload.progress': z.encode(storedProgress, progress),
      'upload.reading': withoutUndefined(z.encode(storedReading, reading)),
    };
    const standing = await write('noteChecked', requestId, { set }, requestIsUnchecked);
    if (standing === undefined) return 'noted';
    if (!isBeingRead(standing)) return 'not_receiving';
    const same =
      standing.cardsTotal === cardsTotal &&
      standing.chunksTotal === chunksTotal &&
      standing.upload?.reading?.sha256 === reading.sha256;
    return same ? 'noted' : 'differs';
  }

  async function openRequest(requestId: string, note: Moments): Promise<OpenResult> {
    const set = { ...moments(note), status: 'open' };
    const standing = await write('openRequest', requestId, { set }, requestIsWritten);
    if (standing === undefined || isMine(standing, note)) return 'opened';
    if (!isBeingRead(standing)) return 'not_receiving';
    throw new LedgerFault('openRequest', 'a request whose chunks are not all written');
  }

  async function refuseUpload(requestId: string, refusal: UploadRefusal): Promise<OpenResult | 'overtaken'> {
    const failure = z.encode(storedFailure, refusal.failure);
    const set = { ...moments(refusal), status: 'open', 'upload.failure': failure };
    const standing = await write('refuseUpload', requestId, { set }, requestIsUnchecked);
    if (standing === undefined || isMine(standing, refusal)) return 'opened';
    return standing.status === 'receiving' ? 'overtaken' : 'not_receiving';
  }

  async function abandonUpload(requestId: string, refusal: UploadRefusal): Promise<'abandoned' | 'not_receiving'> {
    const set = { ...moments(refusal), 'upload.failure': z.encode(storedFailure, refusal.failure) };
    const standing = await write('abandonUpload', requestId, { set }, requestIsChecked);
    if (standing === undefined || (standing.status === 'receiving' && !isBeingRead(standing))) return 'abandoned';
    if (standing.status !== 'receiving') return 'not_receiving';
    throw new LedgerFault('abandonUpload', 'a file that nobody has read to its end');
  }

  async function endAbandoned(requestId: string, taken: AbandonedNote): Promise<OpenResult> {
    const { cardsTotal, chunksTotal } = taken;
    const set = { ...moments(taken), status: 'open', cardsTotal, chunksTotal };
    const standing = await write('endAbandoned', requestId, { set }, requestIsAbandoned);
    if (standing === undefined || isMine(standing, taken)) return 'opened';
    if (standing.status !== 'receiving') return 'not_receiving';
    throw new LedgerFault('endAbandoned', 'a file that was not abandoned');
  }

  /** Answers the request that stands if the condition failed. */
  async function write(
    operation: string,
    requestId: string,
    change: Change,
    condition: Condition,
  ): Promise<LimitIncreaseRequest | undefined> {
    const result = await table.update(operation, { key: requestKey(requestId), change, condition });
    if (result.written) return undefined;
    if (result.old === undefined) throw new LedgerFault(operation, 'a request that is not there');
    return requestOf(result.old);
  }

  return { noteReceiving, noteChecked, openRequest, refuseUpload, abandonUpload, endAbandoned };
}

const moments = ({ at, dueAt }: Moments) => ({
  updatedAt: z.encode(storedInstant, at),
  dueAt: z.encode(storedInstant, dueAt),
});

const isBeingRead = ({ status, upload }: LimitIncreaseRequest): boolean =>
  status === 'receiving' && upload?.failure === undefined;

// If the answer was lost, the SDK repeats the write. Only who opened the request goes on from there, so the repeat must
// not take its own for another's.
const isMine = ({ status, updatedAt }: LimitIncreaseRequest, { at }: Moments): boolean =>
  status === 'open' && updatedAt === at;

function conditionOf({ progress, chunksWritten }: ReceivingNote): Condition {
  if (chunksWritten !== undefined) return chunksWrittenAtMost(chunksWritten);
  return progress === undefined ? requestIsReceiving : requestIsUnchecked;
}
