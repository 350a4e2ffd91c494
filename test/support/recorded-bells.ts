import type { Bells, RungChunk } from '../../shared/limit-increase/upload.ts';

/** Bells that nobody hears but the test. */
export type RecordedBells = Bells & {
  /** Requests whose upload bell rang, in order; the others alike. */
  readonly uploads: string[];
  readonly chunks: RungChunk[];
  readonly reports: string[];
  /** From now on every bell fails, or none does. */
  fail(error: Error | undefined): void;
};

export function createRecordedBells(): RecordedBells {
  const [uploads, chunks, reports]: [string[], RungChunk[], string[]] = [[], [], []];
  let fault: Error | undefined;
  const ring = async <T>(rung: T[], ...of: readonly T[]): Promise<void> => {
    if (fault !== undefined) throw fault;
    rung.push(...of);
  };
  return {
    ...{ uploads, chunks, reports },
    ringUpload: (requestId) => ring(uploads, requestId),
    ringChunks: (refs) => ring(chunks, ...refs),
    ringReport: (requestId) => ring(reports, requestId),
    fail: (error) => {
      fault = error;
    },
  };
}
