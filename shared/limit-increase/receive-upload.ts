import assert from 'node:assert/strict';
import { createAbandonUpload } from './abandon-upload.ts';
import { tryToRing } from './bell.ts';
import { createCheckOnce } from './check-once.ts';
import { createSettleIfComplete } from './finish.ts';
import { type ReaderDeps, type ReceivingEnd, readerPauseMs, requestPauseMs } from './reader.ts';
import type { Instant, LimitIncreaseRequest } from './terms.ts';
import type { CheckedUpload, UploadedObject, UploadFailure, UploadState } from './upload.ts';
import { requestOfUpload } from './upload-request.ts';
import { createWriteUpload } from './write-upload.ts';

/** A file that was read once reads otherwise now, or not at all: what stands of it in the ledger must not be mixed. */
class UploadChanged extends Error {
  override readonly name = 'UploadChanged';
}

type ReadableUpload = Extract<CheckedUpload, { readable: true }>;

/** A file that ends its reader every time, whoever that is, is read so often: for hours, in which a fault may be mended. */
const readingsMax = 50;

/**
 * Brings a file into the ledger: its request, then all its rows checked, then its cards in chunks, then the request is
 * open. Every step may be repeated, by readers that come twice at once too: the ledger tells how far it came.
 */
export function createReceiveUpload(deps: ReaderDeps) {
  const { ledger, bells, clock, notify, retention } = deps;
  const checkOnce = createCheckOnce(deps);
  const writeUpload = createWriteUpload(deps);
  const settleIfComplete = createSettleIfComplete(deps);
  const abandoned = createAbandonUpload(deps);
  const inAMoment = (pauseMs: number) => ({ at: clock(), dueAt: clock() + pauseMs });

  /** A file of which an event told. */
  async function receive(object: UploadedObject, deadline: Instant): Promise<ReceivingEnd> {
    const request = requestOfUpload(object, clock(), retention);
    const answer = await ledger.receive({ request, dueAt: clock() + readerPauseMs });
    if (answer.result === 'exists') return goOn(answer.request, deadline);
    notify({ notice: 'upload_received', requestId: request.requestId, uploadKey: object.key });
    return goOn(request, deadline);
  }

  /** The file of a request that was received before. */
  async function readOn(requestId: string, deadline: Instant): Promise<ReceivingEnd> {
    const found = await ledger.readRequest(requestId);
    // It has expired since its message was sent.
    if (found === undefined) return 'stands';
    return goOn(found.request, deadline);
  }

  async function goOn(request: LimitIncreaseRequest, deadline: Instant): Promise<ReceivingEnd> {
    const { requestId, status, upload } = request;
    assert(upload !== undefined, 'what is read is a file');
    if (status === 'settled' && upload.reportedAt === undefined)
      await tryToRing({ bell: 'report', requestId, ring: () => bells.ringReport(requestId) }, notify);
    if (status !== 'receiving') return 'stands';
    if (upload.failure !== undefined) return abandoned.end(request, upload, upload.failure, deadline);
    const begun = { ...inAMoment(readerPauseMs), readings: upload.readings + 1 };
    if ((await ledger.noteReceiving(requestId, begun)) === 'not_receiving') return 'stands';
    if (upload.checkedAt === undefined && upload.readings >= readingsMax)
      return refuse(request, upload, { reason: 'never_read', detail: neverRead });
    const checked = await checkOnce(request, upload, deadline).catch((error: unknown) =>
      uncounted(requestId, upload, error),
    );
    if (checked === undefined) return putOff(requestId);
    return checked.readable ? take(request, upload, checked, deadline) : refuse(request, upload, checked.failure);
  }

  // A store that is not there is no fault of the file: only a reading that nobody came back from counts.
  async function uncounted(requestId: string, { readings }: UploadState, error: unknown): Promise<never> {
    await ledger.noteReceiving(requestId, { ...inAMoment(readerPauseMs), readings }).catch(() => undefined);
    throw error;
  }

  async function take(
    request: LimitIncreaseRequest,
    upload: UploadState,
    { progress, reading, cut, writeLists }: ReadableUpload,
    deadline: Instant,
  ): Promise<ReceivingEnd> {
    const { requestId } = request;
    const { dryRun, edition, object } = upload;
    if (upload.checkedAt === undefined) await writeLists({ requestId, uploadKey: object.key, edition, dryRun });
    const kept = dryRun ? { ...cut, cardsTotal: 0, chunksTotal: 0 } : cut;
    const { cardsTotal, chunksTotal } = kept;
    const totals = { cardsTotal, chunksTotal, progress, reading };
    const noted = await ledger.noteChecked(requestId, { ...inAMoment(readerPauseMs), ...totals });
    if (noted === 'not_receiving') return 'stands';
    if (noted === 'differs') return changed(requestId, upload, otherwise);
    const written = await writeUpload(request, kept, deadline);
    if (written === 'no_time') return putOff(requestId);
    if (written === 'not_receiving') return 'stands';
    if ((await ledger.openRequest(requestId, inAMoment(requestPauseMs))) === 'not_receiving') return 'stands';
    notify({ notice: 'upload_ingested', requestId, dryRun, progress, cards: cut.cardsTotal, chunks: chunksTotal });
    return (await settleIfComplete(requestId)) ? 'settled' : 'opened';
  }

  async function refuse(
    { requestId }: LimitIncreaseRequest,
    upload: UploadState,
    failure: UploadFailure,
  ): Promise<ReceivingEnd> {
    // Some of its cards may be at work: it cannot end as a file of which nothing was taken.
    if (upload.checkedAt !== undefined) return changed(requestId, upload, failure);
    // First, for an operator has to hear of it: whoever vanishes between the two is followed by one who says it again.
    notify({ notice: 'upload_refused', requestId, uploadKey: upload.object.key, failure });
    const end = await ledger.refuseUpload(requestId, { ...inAMoment(requestPauseMs), failure });
    if (end !== 'opened') return 'stands';
    await settleIfComplete(requestId);
    return 'refused';
  }

  // It may be for now: a right that was lost, a key that is switched off.
  async function changed(requestId: string, { readings }: UploadState, failure: UploadFailure): Promise<ReceivingEnd> {
    if (readings < readingsMax) throw new UploadChanged(`${requestId} was read before: ${failure.detail}`);
    return abandoned.abandon(requestId, failure);
  }

  // Due at once: the reconciler rings for another reader.
  async function putOff(requestId: string): Promise<ReceivingEnd> {
    await ledger.noteReceiving(requestId, inAMoment(0));
    return 'put_off';
  }

  return { receive, readOn };
}

const otherwise: UploadFailure = {
  reason: 'object_changed',
  detail: 'The file was read before, with other totals or other bytes.',
};
const neverRead = `The file was begun to be read ${readingsMax} times and never read to its end.`;
