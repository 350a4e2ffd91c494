import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { type BenchFile, inPieces } from './files.ts';

/** Parses a file once and forgets every row: nothing is found out, checked or kept. Answers how many records there were. */
export async function readBare({ key, bytes, encoding }: BenchFile): Promise<number> {
  let records = 0;
  const countRecord = (): void => {
    records += 1;
  };
  const parser = key.endsWith('.jsonl') ? jsonLines(countRecord) : csvRecords(countRecord);
  const source = Readable.from(inPieces(bytes), { objectMode: false });
  const text = decoded(key.endsWith('.gz') ? source.pipe(createGunzip()) : source, encoding);
  await pipeline(text, parser);
  return records;
}

async function* decoded(pieces: AsyncIterable<Buffer>, encoding: BenchFile['encoding']): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const piece of pieces) yield decoder.decode(piece, { stream: true });
}

/** Counting in `on_record` is much faster than to have every record come out of the stream. */
function csvRecords(onRecord: () => void) {
  const parser = parse({
    relax_column_count: true,
    on_record: () => {
      onRecord();
      return null;
    },
  });
  return parser.resume();
}

function jsonLines(onRecord: () => void): Writable {
  let rest = '';
  return new Writable({
    decodeStrings: false,
    write(piece: string, _, done) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        JSON.parse(line);
        onRecord();
      }
      done();
    },
  });
}
