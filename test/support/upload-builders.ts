import type { LimitIncreaseRequest } from '../../shared/limit-increase/terms.ts';
import type { UploadedObject, UploadReading } from '../../shared/limit-increase/upload.ts';
import type { CheckedNote, Receipt } from '../../shared/limit-increase/upload-ledger.ts';
import { anUploadState, aRequest } from './builders.ts';
import { aMoment } from './fixed-clock.ts';

// What a file is, as builders.ts has it for an order.

export const aFile: UploadedObject = anUploadState().object;

export const aReading: UploadReading = {
  bytes: 1_234,
  sha256: 'ab'.repeat(32),
  format: 'csv',
  compressed: false,
  encoding: 'cp949',
  separator: ';',
  warnings: [{ line: 7, detail: 'has an extra field' }],
  warningsLeftOut: 0,
};

export const someProgress = { rowsRead: 100, rowsRejected: 3, rowsRepeated: 1 };

/** A file that nobody has read yet. */
export const aReceipt = (over: Partial<LimitIncreaseRequest> = {}): Receipt => ({
  request: aRequest({
    ...{ status: 'receiving', source: 'upload', corporation: undefined, cardsTotal: 0, chunksTotal: 0 },
    upload: anUploadState({ readings: 0 }),
    ...over,
  }),
  dueAt: aMoment + 180_000,
});

export const aCheckedNote = (over: Partial<CheckedNote> = {}): CheckedNote => ({
  ...{ at: aMoment + 1_000, dueAt: aMoment + 181_000, cardsTotal: 3, chunksTotal: 2 },
  progress: { rowsRead: 5, rowsRejected: 1, rowsRepeated: 1 },
  reading: aReading,
  ...over,
});
