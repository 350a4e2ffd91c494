import type { LimitIncrease } from './gateway.ts';
import { count, fates, rows } from './stage.ts';

/** 0: nothing is left to do by hand. 2: some of it went wrong. 1: the file could not be read. */
export function exitCodeOf({ counts, progress, upload }: LimitIncrease): 0 | 1 | 2 {
  if (upload.failure !== undefined) return 1;
  return progress.rowsRejected + counts.rejected + counts.unresolved > 0 ? 2 : 0;
}

/** What became of the file, in a few lines. */
export function verdictLines({ requestId, counts, progress, upload }: LimitIncrease): string[] {
  const request = `Limit increase ${requestId}`;
  const cards = `Cards: ${fates(counts).join(', ') || 'none'}`;
  if (upload.failure !== undefined)
    return [`It cannot be read: ${upload.failure.detail}`, ...(counts.total > 0 ? [cards] : []), request];
  const { rowsRead, rowsRejected, rowsRepeated } = progress;
  const read = `${rows(rowsRead)} read, ${count(rowsRejected)} rejected, ${count(rowsRepeated)} repeated`;
  const accepted = rowsRead - rowsRejected - rowsRepeated;
  return [
    read,
    upload.dryRun ? `${count(accepted)} could be asked for; only checked, no card was touched` : cards,
    request,
  ];
}
