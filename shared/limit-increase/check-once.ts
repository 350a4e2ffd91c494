import { noteEveryMs, type ReaderDeps, readerPauseMs, timeIsUp } from './reader.ts';
import type { Instant, LimitIncreaseRequest } from './terms.ts';
import type { CheckedUpload, UploadState } from './upload.ts';

/**
 * Reads a file through and notes on the way that somebody does, with its progress while that is not known to the end.
 * Undefined: the deadline came first.
 */
export function createCheckOnce({ ledger, checkUpload, clock }: ReaderDeps) {
  return async (
    { requestId }: LimitIncreaseRequest,
    { object, checkedAt }: UploadState,
    deadline: Instant,
  ): Promise<CheckedUpload | undefined> => {
    let notedAt = clock();
    let putOff = false;
    try {
      return await checkUpload(object, async (progress) => {
        const at = clock();
        if (timeIsUp(at, deadline)) {
          putOff = true;
          throw new Error('The deadline comes before the end of the file.');
        }
        if (at - notedAt < noteEveryMs) return;
        notedAt = at;
        const note = { at, dueAt: at + readerPauseMs };
        await ledger.noteReceiving(requestId, checkedAt === undefined ? { ...note, progress } : note);
      });
    } catch (error) {
      if (putOff) return undefined;
      throw error;
    }
  };
}
