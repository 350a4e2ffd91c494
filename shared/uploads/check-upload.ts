import type { UploadCut, UploadFailure, UploadProgress, UploadReading } from '../limit-increase/upload.ts';
import { type CardTable, createCardTable } from './card-table.ts';
import type { Separator } from './columns.ts';
import { type Corporations, createCorporations } from './corporations.ts';
import { csvRows } from './csv-rows.ts';
import { cutUpload } from './cut-upload.ts';
import { decodedText, type Inspected, inspectUpload } from './encoding.ts';
import { jsonlRows } from './jsonl-rows.ts';
import { type ListedRow, listRows } from './listed-rows.ts';
import { createReadRow, type Row } from './row.ts';
import { Unreadable } from './unreadable.ts';
import type { UploadFile } from './upload-file.ts';

/** Of one file, rejected ones too. */
const rowsMax = 1_000_000;

export type CheckedFile =
  | { readonly readable: false; readonly failure: UploadFailure }
  | {
      readonly readable: true;
      readonly progress: UploadProgress;
      readonly reading: UploadReading;
      readonly cut: UploadCut;
      /** Reads the rows once more, in the file's order, each with what became of it. */
      readonly rows: () => AsyncGenerator<ListedRow>;
    };

/** A PAR and what sets it apart from the next. */
const bytesPerCardMin = 28;
const rowsPerProgress = 10_000;

/**
 * Reads a file through: what it is, whether each row is well formed, which cards come twice or for two corporations, and
 * the chunks that its good cards make. Nothing of it is kept but the cards. What the store of objects throws goes
 * through untouched; a file that nobody could read is a value.
 */
export async function checkFile(
  file: UploadFile,
  onProgress: (progress: UploadProgress) => Promise<void> = async () => {},
): Promise<CheckedFile> {
  try {
    return await check(file, onProgress);
  } catch (error) {
    if (error instanceof Unreadable) return { readable: false, failure: error.failure };
    throw error;
  }
}

async function check(file: UploadFile, onProgress: (progress: UploadProgress) => Promise<void>): Promise<CheckedFile> {
  const inspected = await inspectUpload(file);
  const cards = createCardTable(Math.min(rowsMax, Math.ceil(inspected.decodedBytes / bytesPerCardMin)));
  const corporations = createCorporations();
  let separator: Separator | undefined;
  let [rowsRead, rowsFaulty, told] = [0, 0, 0];
  const onSeparator = (found: Separator): void => {
    separator = found;
  };
  for await (const rows of rowsOf(file, inspected, onSeparator)) {
    for (const row of rows) {
      const count = row.ok ? row.pars.length : row.rows;
      if (rowsRead + count > rowsMax) throw tooManyRows;
      if (row.ok) addCards(row, rowsRead, cards, corporations);
      else rowsFaulty += count;
      rowsRead += count;
    }
    if (rowsRead - told < rowsPerProgress) continue;
    told = rowsRead;
    await onProgress({ rowsRead, rowsRejected: rowsFaulty, rowsRepeated: 0 });
  }
  const progress = progressOf(cards, rowsRead, rowsFaulty);
  const reading = { ...inspected.reading, ...(separator && { separator }), ...corporations.warnings() };
  const rows = (): AsyncGenerator<ListedRow> => listRows(rowsOf(file, inspected), cards, corporations);
  return { readable: true, progress, reading, cut: cutUpload(cards, corporations), rows };
}

const tooManyRows = new Unreadable(
  'too_many_rows',
  `The file has more than ${rowsMax} rows: split it. No card of it was touched.`,
);

function rowsOf(
  file: UploadFile,
  { reading: { format, encoding } }: Inspected,
  onSeparator: (separator: Separator) => void = () => {},
): AsyncGenerator<readonly Row[]> {
  const text = decodedText(file, encoding);
  return format === 'csv' ? csvRows(text, createReadRow(), onSeparator) : jsonlRows(text, createReadRow());
}

/** Each card counts as a row of its own: `row` is the number of the first. */
function addCards(
  { line, corporation, pars }: Extract<Row, { ok: true }>,
  row: number,
  cards: CardTable,
  corporations: Corporations,
): void {
  const number = corporations.numberOf(corporation, line);
  for (const [index, par] of pars.entries()) cards.add(par, { line, row: row + index, corporation: number });
}

/** Only the whole file tells which rows repeat a card and which are in conflict. */
function progressOf(cards: CardTable, rowsRead: number, rowsFaulty: number): UploadProgress {
  let [rowsRejected, rowsRepeated] = [rowsFaulty, 0];
  for (let card = 0; card < cards.size(); card += 1) {
    if (cards.conflict(card) === undefined) rowsRepeated += cards.times(card) - 1;
    else rowsRejected += cards.times(card);
  }
  return { rowsRead, rowsRejected, rowsRepeated };
}
