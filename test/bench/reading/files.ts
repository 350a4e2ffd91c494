import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { cardLines, header } from '../million/card-file.ts';

/** The same rows, written down in every way that a file may come in. */
export type BenchFile = {
  readonly what: string;
  readonly key: string;
  readonly bytes: Buffer;
  /** As TextDecoder calls it. */
  readonly encoding: 'utf-8' | 'euc-kr';
};

const corporations = 40;
const seed = 1;

export function benchFiles(rows: number): readonly BenchFile[] {
  const lines = [...cardLines(rows, corporations, seed)].map(({ text }) => text);
  const csv = Buffer.from([header, ...lines, ''].join('\n'));
  const cp949 = iconv.encode(csv.toString(), 'cp949');
  const jsonl = Buffer.from(lines.map((line) => `${JSON.stringify(fieldsOf(line))}\n`).join(''));
  return [
    { what: 'CSV in UTF-8', key: 'incoming/utf-8.csv', bytes: csv, encoding: 'utf-8' },
    { what: 'CSV in CP949', key: 'incoming/cp949.csv', bytes: cp949, encoding: 'euc-kr' },
    { what: 'JSONL', key: 'incoming/cards.jsonl', bytes: jsonl, encoding: 'utf-8' },
    { what: 'CSV in UTF-8, gzip', key: 'incoming/utf-8.csv.gz', bytes: gzipSync(csv), encoding: 'utf-8' },
  ];
}

const names = header.split(',');

/** An empty field is left out, and a cell beyond the header has no name. */
const fieldsOf = (line: string): Record<string, string> =>
  Object.fromEntries(line.split(',').flatMap((cell, index) => (cell === '' ? [] : [[names[index] ?? 'more', cell]])));

const pieceBytes = 65_536;

/** The bytes as they come from a store: piece by piece. */
export async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
