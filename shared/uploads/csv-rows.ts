import { type Columns, readHeader, type Separator, separatorOf } from './columns.ts';
import { type CsvRecord, csvRecords } from './csv-records.ts';
import type { ReadRow, Row } from './row.ts';
import { Unreadable } from './unreadable.ts';

/** Told once which separator the header shows. */
export type OnSeparator = (separator: Separator) => void;

/** A header of some kilobytes is none. */
const headerLengthMax = 8_192;

/** The rows of a CSV file in batches. A row whose cells are more or fewer than its header's is a row with a fault. @throws Unreadable */
export async function* csvRows(
  text: AsyncIterable<string>,
  readRow: ReadRow,
  onSeparator: OnSeparator,
): AsyncGenerator<readonly Row[]> {
  const { separator, whole } = await withSeparator(text);
  onSeparator(separator);
  let columns: Columns | undefined;
  let hasRows = false;
  for await (const batch of csvRecords(whole, separator)) {
    const [header] = batch;
    const isFirst = columns === undefined;
    columns ??= readHeader(header?.cells ?? []);
    const named = columns;
    const rows = (isFirst ? batch.slice(1) : batch).map((record) => rowOf(record, named, readRow));
    hasRows ||= rows.length > 0;
    if (rows.length > 0) yield rows;
  }
  if (columns === undefined) throw new Unreadable('empty', 'The file holds nothing but blank lines.');
  if (!hasRows) throw new Unreadable('no_rows', 'The file has a header and no row below it.');
}

function rowOf({ line, cells }: CsvRecord, columns: Columns, readRow: ReadRow): Row {
  const fields = new Map<string, unknown>();
  let stranger = cells.length > columns.length && cells.slice(columns.length).some((cell) => cell.trim() !== '');
  for (const [index, name] of columns.entries()) {
    const cell = cells[index];
    if (name === undefined) stranger ||= cell !== undefined && cell.trim() !== '';
    // An empty affiliateId is none.
    else if (cell !== undefined && !(name === 'affiliateId' && cell.trim() === '')) fields.set(name, cell);
  }
  const faults = [];
  if (stranger)
    faults.push(`has a cell beyond the ${columns.filter((name) => name !== undefined).length} columns of the header`);
  if (cells.length < columns.length && cells.length < neededCells(columns))
    faults.push(`has ${cells.length} cells; the header has ${columns.length}`);
  return readRow(line, fields, faults);
}

/** Trailing cells that may be empty may be missing. */
const neededCells = (columns: Columns): number =>
  columns.findLastIndex((name) => name !== undefined && name !== 'affiliateId') + 1;

/** Looks into the first line that is not blank and gives the text back whole. */
async function withSeparator(
  text: AsyncIterable<string>,
): Promise<{ separator: Separator; whole: AsyncIterable<string> }> {
  const pieces = text[Symbol.asyncIterator]();
  let first = '';
  for (;;) {
    const piece = await pieces.next();
    if (piece.done === true) break;
    first += piece.value;
    if (/\S[^\n]*\n/.test(first) || first.length > headerLengthMax) break;
  }
  const separator = separatorOf(first.trimStart().split('\n', 1)[0] ?? '');
  return { separator, whole: continued(first, pieces) };
}

async function* continued(first: string, pieces: AsyncIterator<string>): AsyncGenerator<string> {
  yield first;
  for (let piece = await pieces.next(); piece.done !== true; piece = await pieces.next()) yield piece.value;
}
