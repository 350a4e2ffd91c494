import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type * as z from 'zod';

/** Lines of JSON, of which each is on its way to the disk when `append` returns. */
export type JournalFile<Line> = {
  /** As they were when the file was opened. */
  readonly lines: readonly Line[];
  readonly append: (line: Line) => void;
};

/** Kept nowhere. */
export const noJournal = { lines: [], append: () => {} } as const;

/**
 * Opens a journal, or begins one. Whoever was killed while he wrote left a line without an end: it is cut off.
 * @throws ZodError for a line that is whole and not what it must be.
 */
export function openJournalFile<Line>(path: string, schema: z.ZodType<Line>): JournalFile<Line> {
  const text = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const end = text.lastIndexOf('\n') + 1;
  if (end < text.length) truncateSync(path, end);
  const lines = text
    .subarray(0, end)
    .toString('utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => schema.parse(JSON.parse(line)));
  return { lines, append: (line) => appendFileSync(path, `${JSON.stringify(line)}\n`) };
}
