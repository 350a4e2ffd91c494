import { createSettleIfComplete } from './finish.ts';
import { type ReaderDeps, type ReceivingEnd, requestPauseMs, timeIsUp } from './reader.ts';
import type { Instant, LimitIncreaseRequest } from './terms.ts';
import type { UploadFailure, UploadState } from './upload.ts';
import { chunksPerGroup } from './write-upload.ts';

// A file that was read once, and of which some chunks may stand, cannot be read any more: its object is gone for good, or
// reads otherwise. It ends with the cards that were taken. Which those are is known only when no reader is left that could
// write more of them. So it is abandoned first, and no reader begins any more; it ends when all of them must be gone.

/** Longer than any reader lives. */
const readersGoneMs = 1_200_000;

type Written = { readonly cardsTotal: number; readonly chunksTotal: number };

export function createAbandonUpload(deps: ReaderDeps) {
  const { ledger, clock, notify } = deps;
  const settleIfComplete = createSettleIfComplete(deps);

  async function abandon(requestId: string, failure: UploadFailure): Promise<ReceivingEnd> {
    const at = clock();
    const abandoned = await ledger.abandonUpload(requestId, { at, dueAt: at + readersGoneMs, failure });
    return abandoned === 'abandoned' ? 'put_off' : 'stands';
  }

  /** Ends what was abandoned with this failure, if it is time. */
  async function end(
    { requestId, updatedAt }: LimitIncreaseRequest,
    { object, chunksWritten }: UploadState,
    failure: UploadFailure,
    deadline: Instant,
  ): Promise<ReceivingEnd> {
    if (clock() < updatedAt + readersGoneMs) return 'put_off';
    const written = await countWritten(requestId, chunksWritten, deadline);
    if (written === undefined) return 'put_off';
    // First, for an operator has to hear of it: whoever vanishes between the two is followed by one who says it again.
    notify({ notice: 'upload_refused', requestId, uploadKey: object.key, failure });
    const at = clock();
    const ended = await ledger.endAbandoned(requestId, { at, dueAt: at + requestPauseMs, ...written });
    if (ended === 'not_receiving') return 'stands';
    await settleIfComplete(requestId);
    return 'refused';
  }

  /** `noted`: of how many chunks it is known. Undefined: the deadline came first. */
  async function countWritten(requestId: string, noted: number, deadline: Instant): Promise<Written | undefined> {
    let [cardsTotal, chunksTotal] = [0, 0];
    for (let before = 0; ; before += chunksPerGroup) {
      if (timeIsUp(clock(), deadline)) return undefined;
      const numbers = Array.from({ length: chunksPerGroup }, (_, index) => before + index + 1);
      const chunks = await Promise.all(numbers.map((chunkNumber) => ledger.readChunk({ requestId, chunkNumber })));
      // Whoever wrote a group side by side may have been stopped in it: any of its chunks may stand.
      const standing = chunks.filter((stored) => stored !== undefined);
      // The next group is begun only when this one stands.
      if (standing.length === 0 && before >= noted) return { cardsTotal, chunksTotal };
      for (const { chunk } of standing) {
        cardsTotal += chunk.pars.length;
        chunksTotal = chunk.ref.chunkNumber;
      }
    }
  }

  return { abandon, end };
}
