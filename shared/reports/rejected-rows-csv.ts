import { csvHead, csvLines } from './csv.ts';

/** A row of the file that was not taken, and every reason why. */
export type RejectedRow = { readonly line: number; readonly reasons: readonly string[] };

/** Excel has room for 32,767 characters in a cell; what is longer spills over into others. */
const cellLengthMax = 32_000;
const separator = '; ';

/** rejected-rows.csv: reasons are parted by a semicolon. */
export async function* rejectedRowsCsv(rows: AsyncIterable<readonly RejectedRow[]>): AsyncGenerator<string> {
  yield csvHead(['line', 'reasons']);
  for await (const some of rows) yield csvLines(some.map(({ line, reasons }) => [String(line), cellOf(reasons)]));
}

/** A line of JSON may have as many reasons as cards: as many are told as the cell has room for. */
function cellOf(reasons: readonly string[]): string {
  let length = 0;
  const untold = reasons.findIndex((reason) => {
    length += reason.length + separator.length;
    return length > cellLengthMax;
  });
  if (untold < 0) return reasons.join(separator);
  return [...reasons.slice(0, untold), `and ${reasons.length - untold} more`].join(separator);
}
