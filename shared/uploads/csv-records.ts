import { CsvError, type Info, parse } from 'csv-parse';
import { rowWithoutEnd, shortLines } from './short-lines.ts';
import { Unreadable } from './unreadable.ts';

export type CsvRecord = {
  /** On which it begins, counted from 1, as an editor shows it. */
  readonly line: number;
  readonly cells: readonly string[];
};

/** In UTF-16 code units. The longest well-formed row is below 500, but a sheet has room for 16,384 empty columns. */
const lineLengthMax = 20_480;
/** In bytes of UTF-8, and so more than any one line: what is longer is a quote that nobody closed. */
const recordBytesMax = 65_536;

/**
 * RFC 4180 as people write it: quotes in the midst of a cell stand for themselves, rows may differ in length. Lines end
 * in a line feed. Rows without any content are left out. Answers rows in batches, as the text comes. @throws Unreadable
 */
export async function* csvRecords(
  text: AsyncIterable<string>,
  separator: string,
): AsyncGenerator<readonly CsvRecord[]> {
  let batch: CsvRecord[] = [];
  let lastLine = 0;
  const parser = parse({
    delimiter: separator,
    record_delimiter: '\n',
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: recordBytesMax,
    on_record: (cells: string[], { lines }: Info) => {
      lastLine = lines;
      if (cells.some((cell) => cell.trim() !== '')) batch.push({ line: lines - lineFeedsIn(cells), cells });
      // The parser itself keeps none.
      return null;
    },
  });
  // Nothing comes out of it, but it ends only if somebody listens.
  parser.resume();
  // Whoever wrote is told of it too.
  parser.on('error', () => {});
  const taken = (): readonly CsvRecord[] => {
    const full = batch;
    batch = [];
    return full;
  };
  try {
    for await (const piece of shortLines(text, lineLengthMax)) {
      await settled((done) => void parser.write(piece, done));
      if (batch.length > 0) yield taken();
    }
    await settled((done) => void parser.end(done));
    if (batch.length > 0) yield taken();
  } catch (error) {
    if (error instanceof CsvError) throw unreadable(error, lastLine + 1);
    throw error;
  } finally {
    parser.destroy();
  }
}

const settled = (begin: (done: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => begin((error) => (error ? reject(error) : resolve())));

const lineFeedsIn = (cells: readonly string[]): number =>
  cells.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);

function unreadable({ code }: CsvError, line: number): Unreadable {
  if (code === 'CSV_MAX_RECORD_SIZE' || code === 'CSV_QUOTE_NOT_CLOSED') return rowWithoutEnd(line);
  return new Unreadable('broken_csv', `From line ${line} on the file is not CSV (${code}).`);
}
