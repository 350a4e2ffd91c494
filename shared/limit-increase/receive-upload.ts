import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createSettleIfComplete } from './finish.ts';
import type { Notify } from './notice.ts';
import { requestIdOf } from './order.ts';
import type { Clock, Ledger } from './ports.ts';
import type { Instant, LimitIncreaseRequest } from './terms.ts';
import type { Bells, CheckedUpload, CheckUpload, UploadedObject, UploadProgress, UploadState } from './upload.ts';
import { countWritten, createWriteUploadChunks, silenceMs } from './write-upload-chunks.ts';

export type ReceiveUploadDeps = {
  readonly ledger: Ledger;
  readonly checkUpload: CheckUpload;
  readonly bells: Pick<Bells, 'ringChunks' | 'ringReport'>;
  readonly clock: Clock;
  readonly notify: Notify;
};

/**
 * `received`: every card stands in the ledger. `refused`: the file cannot be read. `not_receiving`: others have done it.
 * `no_time`: it falls due at once for the rest.
 */
export type ReceiveEnd = 'received' | 'refused' | 'not_receiving' | 'no_time';

/** Of what lies under this prefix every row is checked and nothing else is done. */
const dryRunPrefix = 'incoming/dry-run/';
/** A reader notes this often how far it is. */
const noteEveryMs = 2_000;
/** A file that ends whoever reads it is given up, unless it was read to its end before. */
const readingsMax = 50;
/** The reconciler looks after an open request this late: its last chunk settles it long before. */
const openMs = 600_000;

/**
 * Brings a file into the ledger: its request first, then what became of its rows, then its chunks, each as far as it does
 * not stand there already. So it may be killed at any point, begun again, or run twice at once.
 */
export function createReceiveUpload(deps: ReceiveUploadDeps) {
  const { ledger, checkUpload, bells, clock, notify } = deps;
  const settleIfComplete = createSettleIfComplete({ ...deps, ringReport: bells.ringReport });
  const writeChunks = createWriteUploadChunks(deps);

  /** An object of which an event told. */
  async function receive(object: UploadedObject, deadline: Instant): Promise<ReceiveEnd> {
    const request = requestFor(object, clock());
    const { requestId } = request;
    const answer = await ledger.receive({ request, dueAt: clock() + silenceMs });
    if (answer.result === 'received') notify({ notice: 'upload_received', requestId, dryRun: isDryRun(object) });
    return carryOn(answer.result === 'exists' ? answer.request : request, deadline);
  }

  /** The file of a request that is being received already. */
  async function readOn(requestId: string, deadline: Instant): Promise<ReceiveEnd> {
    const found = await ledger.readRequest(requestId);
    return found === undefined ? 'not_receiving' : carryOn(found.request, deadline);
  }

  async function carryOn(request: LimitIncreaseRequest, deadline: Instant): Promise<ReceiveEnd> {
    const { requestId, upload, status } = request;
    assert(upload !== undefined, 'the request of a file knows its object');
    if (status === 'settled' && upload.reportedAt === undefined) await bells.ringReport(requestId);
    if (status !== 'receiving') return 'not_receiving';
    const readings = upload.readings + 1;
    if (readings > readingsMax && upload.checkedAt === undefined) return refuse(request, tooManyReadings);
    const at = clock();
    if ((await ledger.noteReceiving(requestId, { at, dueAt: at + silenceMs, readings })) === 'not_receiving')
      return 'not_receiving';
    try {
      const checked = await checkUpload(upload.object, createProgressNote(requestId));
      if (!checked.readable) return await refuse(request, checked.failure);
      return await takeOver(request, upload, checked, deadline);
    } catch (error) {
      if (error === readByAnother) return 'not_receiving';
      await uncount(requestId, upload.readings);
      throw error;
    }
  }

  // A store that is not there is no fault of the file: only a reading that nobody came back from counts.
  async function uncount(requestId: string, readings: number): Promise<void> {
    const at = clock();
    await ledger.noteReceiving(requestId, { at, dueAt: at + silenceMs, readings }).catch(() => undefined);
  }

  function createProgressNote(requestId: string): (progress: UploadProgress) => Promise<void> {
    let notedAt = clock();
    return async (progress) => {
      const at = clock();
      if (at - notedAt < noteEveryMs) return;
      notedAt = at;
      const noted = await ledger.noteReceiving(requestId, { at, dueAt: at + silenceMs, progress });
      if (noted === 'not_receiving') throw readByAnother;
    };
  }

  /** Every row was read: what it came to becomes durable, and then the cards. */
  async function takeOver(
    request: LimitIncreaseRequest,
    { object, dryRun, edition }: UploadState,
    { cut, progress, reading, writeLists }: Extract<CheckedUpload, { readable: true }>,
    deadline: Instant,
  ): Promise<ReceiveEnd> {
    const { requestId } = request;
    await writeLists({ requestId, uploadKey: object.key, edition, dryRun });
    const { cardsTotal, chunksTotal } = dryRun ? { cardsTotal: 0, chunksTotal: 0 } : cut;
    const at = clock();
    const note = { at, dueAt: at + silenceMs, cardsTotal, chunksTotal, progress, reading };
    const checked = await ledger.noteChecked(requestId, note);
    if (checked === 'not_receiving') return checked;
    // Chunks of both readings would be neither this file nor that: an operator has to look.
    assert(checked === 'noted', `request ${requestId} was read before, and came to something else`);
    const written = dryRun ? 'written' : await writeChunks(request, cut, deadline);
    if (written !== 'written') return written;
    const opened = await ledger.openRequest(requestId, { at: clock(), dueAt: clock() + openMs });
    if (opened === 'not_receiving') return opened;
    notify({ notice: 'upload_ingested', requestId, ...progress, cardsTotal, chunksTotal });
    await settleIfComplete(requestId);
    return 'received';
  }

  // What of the file stands in the ledger already is settled as any other.
  async function refuse(request: LimitIncreaseRequest, failure: UploadState['failure'] & object): Promise<ReceiveEnd> {
    const { requestId } = request;
    const written = await countWritten(ledger, request);
    const at = clock();
    const refused = await ledger.refuseUpload(requestId, { at, dueAt: at + openMs, failure, ...written });
    if (refused === 'not_receiving') return refused;
    notify({ notice: 'upload_refused', requestId, ...failure });
    await settleIfComplete(requestId);
    return 'refused';
  }

  return { receive, readOn };
}

const readByAnother = new Error('another reader has come to the end of this file');

const tooManyReadings = {
  reason: 'given_up',
  detail: `Reading the file was begun ${readingsMax} times and never came to its end. Upload it again in smaller parts.`,
};

const isDryRun = ({ key }: UploadedObject): boolean => key.startsWith(dryRunPrefix);

function requestFor(object: UploadedObject, now: Instant): LimitIncreaseRequest {
  const { bucket, key, versionId, eTag, sequencer = null } = object;
  // Without versions, the same bytes written again are another upload: only the sequencer tells.
  const identity = JSON.stringify(versionId === undefined ? [bucket, key, eTag, sequencer] : [bucket, key, versionId]);
  return {
    requestId: requestIdOf('upload', identity),
    status: 'receiving',
    source: 'upload',
    createdAt: now,
    updatedAt: now,
    ...{ cardsTotal: 0, chunksTotal: 0 },
    fingerprint: `v1:${createHash('sha256').update(identity).digest('hex')}`,
    upload: {
      object,
      dryRun: isDryRun(object),
      readings: 0,
      progress: { rowsRead: 0, rowsRejected: 0, rowsRepeated: 0 },
      chunksWritten: 0,
      edition: 1,
    },
  };
}
