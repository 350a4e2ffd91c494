import { corporationFields } from '../limit-increase/text-rules.ts';
import type { UploadReading } from '../limit-increase/upload.ts';
import { Unreadable } from './unreadable.ts';

export type Separator = NonNullable<UploadReading['separator']>;
const separators: readonly Separator[] = [',', ';', '\t'];

const optional: ReadonlySet<string> = new Set(['affiliateId']);
const known: readonly string[] = [...corporationFields, 'par'];
const byLowerCase: ReadonlyMap<string, string> = new Map(known.map((name) => [name.toLowerCase(), name]));

/** For each cell of a row the field that it holds; undefined where the header is empty. */
export type Columns = readonly (string | undefined)[];

/** Of the three, the one that finds most of the known columns in the header's line. */
export function separatorOf(headerLine: string): Separator {
  const found = (separator: Separator): number =>
    headerLine.split(separator).filter((cell) => byLowerCase.has(plain(cell))).length;
  return separators.reduce((best, separator) => (found(separator) > found(best) ? separator : best));
}

/** @throws Unreadable naming every column that is missing, repeated or unknown. */
export function readHeader(cells: readonly string[]): Columns {
  const names = cells.map((cell) => cell.trim());
  const columns = names.map((name) => byLowerCase.get(name.toLowerCase()));
  const quoted = (list: readonly string[]): string => list.map((name) => `"${name.slice(0, 40)}"`).join(', ');
  const missing = known.filter((name) => !optional.has(name) && !columns.includes(name));
  const repeated = known.filter((name) => columns.indexOf(name) !== columns.lastIndexOf(name));
  // Not looked past: a misspelt affiliateId would be left out, and the cards registered without it.
  const unknown = names.filter((name, index) => name !== '' && columns[index] === undefined);
  const faults = [
    ...(missing.length > 0 ? [`lacks ${quoted(missing)}`] : []),
    ...(repeated.length > 0 ? [`has ${quoted(repeated)} more than once`] : []),
    ...(unknown.length > 0 ? [`has the unknown ${quoted(unknown.slice(0, 10))}`] : []),
  ];
  if (faults.length === 0) return columns;
  const wanted = `The columns are ${known.join(', ')}, in any order, of which affiliateId may be left out.`;
  throw new Unreadable('wrong_columns', `The first row, which names the columns, ${faults.join(' and ')}. ${wanted}`);
}

const plain = (cell: string): string =>
  cell
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim()
    .toLowerCase();
