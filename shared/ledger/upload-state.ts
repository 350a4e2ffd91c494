import * as z from 'zod';
import { storedInstant } from './stored-values.ts';

// What only the request of a file has, as one map of its item: each part is written by itself, so that two readers at
// once do not undo each other's notes.

export const storedProgress = z.object({
  rowsRead: z.int().min(0),
  rowsRejected: z.int().min(0),
  rowsRepeated: z.int().min(0),
});

export const storedReading = z.object({
  bytes: z.int().min(0),
  sha256: z.string(),
  format: z.enum(['csv', 'jsonl']),
  compressed: z.boolean(),
  encoding: z.enum(['utf-8', 'cp949']),
  separator: z.enum([',', ';', '\t']).optional(),
  warnings: z.array(z.object({ line: z.int().min(1), detail: z.string() })).readonly(),
  warningsLeftOut: z.int().min(0),
});

export const storedFailure = z.object({ reason: z.string(), detail: z.string() });

export const storedUpload = z.object({
  object: z.object({
    bucket: z.string(),
    key: z.string(),
    versionId: z.string().optional(),
    eTag: z.string(),
    sequencer: z.string().optional(),
  }),
  dryRun: z.boolean(),
  readings: z.int().min(0),
  progress: storedProgress,
  chunksWritten: z.int().min(0),
  checkedAt: storedInstant.optional(),
  reading: storedReading.optional(),
  failure: storedFailure.optional(),
  edition: z.int().min(1),
  reportedAt: storedInstant.optional(),
});
