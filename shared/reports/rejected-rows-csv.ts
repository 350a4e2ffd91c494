import { csvHead, csvLines } from './csv.ts';

/** A row of the file that was not taken, and every reason why. */
export type RejectedRow = { readonly line: number; readonly reasons: readonly string[] };

/** rejected-rows.csv: reasons are parted by a semicolon. */
export async function* rejectedRowsCsv(rows: AsyncIterable<readonly RejectedRow[]>): AsyncGenerator<string> {
  yield csvHead(['line', 'reasons']);
  for await (const some of rows) yield csvLines(some.map(({ line, reasons }) => [String(line), reasons.join('; ')]));
}
