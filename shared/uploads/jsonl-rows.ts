import { repeatedNames } from '../json/repeated-names.ts';
import { corporationFields } from '../limit-increase/text-rules.ts';
import type { ReadRow, Row } from './row.ts';
import { Unreadable } from './unreadable.ts';

/** In UTF-16 code units. A thousand cards take some thirty thousand. */
const lineLengthMax = 1_048_576;

const known: ReadonlySet<string> = new Set([...corporationFields, 'par', 'parList']);
const namesListedMax = 10;

/** The rows of a file with one JSON object a line, in batches. @throws Unreadable */
export async function* jsonlRows(text: AsyncIterable<string>, readRow: ReadRow): AsyncGenerator<readonly Row[]> {
  let hasRows = false;
  for await (const lines of linesOf(text)) {
    const rows = lines.flatMap((line) => (line.text.trim() === '' ? [] : [rowOf(line, readRow)]));
    hasRows ||= rows.length > 0;
    if (rows.length > 0) yield rows;
  }
  if (!hasRows) throw new Unreadable('no_rows', 'The file holds no line with a JSON object.');
}

type Line = { readonly number: number; readonly text: string; readonly cut: boolean };

/** Lines that are too long are cut: they cannot be read, and must not fill the memory. */
async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<readonly Line[]> {
  let number = 1;
  let rest = '';
  let cut = false;
  for await (const piece of text) {
    const pieces = piece.split('\n');
    const last = pieces.pop() ?? '';
    const lines: Line[] = [];
    for (const end of pieces) {
      lines.push({ number, text: rest + end, cut: cut || rest.length + end.length > lineLengthMax });
      [rest, cut] = ['', false];
      number += 1;
    }
    cut ||= rest.length + last.length > lineLengthMax;
    rest = cut ? '…' : rest + last;
    if (lines.length > 0) yield lines;
  }
  if (rest !== '') yield [{ number, text: rest, cut }];
}

function rowOf({ number, text, cut }: Line, readRow: ReadRow): Row {
  const faulty = (reason: string): Row => ({ line: number, ok: false, rows: 1, reasons: [reason] });
  if (cut) return faulty(`is longer than ${lineLengthMax} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return faulty('is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return faulty('is not a JSON object');
  // A map: a field may have any name, `__proto__` too.
  const fields = new Map<string, unknown>(Object.entries(value));
  const strangers = [...fields.keys()].filter((name) => !known.has(name));
  const names = strangers.slice(0, namesListedMax).map((name) => JSON.stringify(name.slice(0, 40)));
  const more = strangers.length > namesListedMax ? ` and ${strangers.length - namesListedMax} more` : '';
  const faults = repeatedNames(text, value)
    .filter((name) => known.has(name))
    .map((name) => `has ${name} more than once`);
  if (strangers.length > 0)
    faults.push(`has unknown fields (${names.join(', ')}${more}); known are ${[...known].join(', ')}`);
  return readRow(number, fields, faults);
}
