import assert from 'node:assert/strict';
import { checkFile } from '../../../shared/uploads/check-upload.ts';
import { compare, type Figure, perSecond } from '../harness.ts';
import { readBare } from './bare-reader.ts';
import { type BenchFile, benchFiles, inPieces } from './files.ts';

// What it costs to check a file, against the parser alone. The check reads a file twice (three times if it is not
// UTF-8), for its encoding and digest first; it holds every row to the rules and keeps every card.

const rows = 200_000;

export async function* reading(rounds: number): AsyncGenerator<Figure> {
  for (const file of benchFiles(rows)) {
    const what = `${rows.toLocaleString('en')} rows of ${file.what}`;
    const ours = (): Promise<number> => perSecond(rows, () => check(file));
    const reference = (): Promise<number> => perSecond(rows, () => parseOnly(file));
    yield await compare({ what, unit: 'rows/s', ours, reference }, rounds);
  }
}

async function check({ key, bytes, encoding }: BenchFile): Promise<void> {
  const checked = await checkFile({ key, open: async () => inPieces(bytes) });
  assert(checked.readable, 'the file can be read');
  assert.equal(checked.progress.rowsRead, rows);
  assert.equal(checked.reading.encoding, encoding === 'utf-8' ? 'utf-8' : 'cp949');
}

async function parseOnly(file: BenchFile): Promise<void> {
  const header = file.key.endsWith('.jsonl') ? 0 : 1;
  assert.equal(await readBare(file), rows + header);
}
