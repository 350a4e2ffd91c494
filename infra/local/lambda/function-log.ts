import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';

const linesKept = 20_000;

/** What a function's processes wrote, and Lambda's own lines about them. */
export type FunctionLog = {
  readonly write: (text: string) => void;
  /** The newest lines, oldest first. */
  readonly lines: () => readonly string[];
  readonly close: () => Promise<void>;
};

/** @param file begins anew; without it the log is kept in memory only. */
export function createFunctionLog(file: string | undefined): FunctionLog {
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  const stream = file === undefined ? undefined : createWriteStream(file);
  let lines: string[] = [];
  let unfinished = '';
  let closed = false;
  return {
    write: (text) => {
      if (!closed) stream?.write(text);
      const parts = (unfinished + text).split('\n');
      unfinished = parts.pop() ?? '';
      lines.push(...parts);
      if (lines.length > 2 * linesKept) lines = lines.slice(-linesKept);
    },
    lines: () => lines.slice(-linesKept),
    close: async () => {
      closed = true;
      if (stream === undefined) return;
      stream.end();
      await finished(stream);
    },
  };
}
