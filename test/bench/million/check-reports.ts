import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import * as z from 'zod';
import { bizLicenseNoOf, type Fate, type Line } from './card-file.ts';

// Holds the reports against what was expected when the file was written, line by line.

const resultSchema = z.object({
  line: z.coerce.number().int(),
  bizLicenseNo: z.string(),
  par: z.string(),
  status: z.string(),
  correlationId: z.string().min(20),
});
const rejectedSchema = z.object({ line: z.coerce.number().int(), reasons: z.string().min(1) });

export type Counted = Readonly<Record<Fate, number>>;

/**
 * Reads both reports beside the lines as they were written, each once, so that memory stays flat.
 * @throws AssertionError naming the first line that is not as it must be.
 */
export async function checkReports(lines: Iterable<Line>, results: Readable, rejected: Readable): Promise<Counted> {
  const accepted = rowsOf(results, resultSchema);
  const refused = rowsOf(rejected, rejectedSchema);
  const counted = { named: 0, not_found: 0, rejected: 0, repeated: 0 };
  // The header is line 1.
  let number = 1;
  for (const { fate, par, corporation } of lines) {
    number += 1;
    counted[fate] += 1;
    if (fate === 'rejected' || fate === 'repeated') {
      const row = await next(refused, `line ${number} is ${fate}`);
      assert.equal(row.line, number, `line ${number} is ${fate} and listed`);
      continue;
    }
    const row = await next(accepted, `line ${number} is in the results`);
    const told = { line: row.line, par: row.par, status: row.status, bizLicenseNo: digitsOf(row.bizLicenseNo) };
    assert.deepEqual(told, { line: number, par, status: fate, bizLicenseNo: bizLicenseNoOf(corporation) });
  }
  for (const rows of [accepted, refused]) assert.equal((await rows.next()).done, true, 'the reports hold nothing else');
  return counted;
}

/** A spreadsheet's guard before the digits is none of them. */
const digitsOf = (cell: string): string => cell.replace(/^\D+/, '');

async function next<T>(rows: AsyncGenerator<T>, expected: string): Promise<T> {
  const row = await rows.next();
  assert(row.done !== true, expected);
  return row.value;
}

async function* rowsOf<T>(source: Readable, schema: z.ZodType<T>): AsyncGenerator<T> {
  for await (const row of source.pipe(parse({ bom: true, columns: true }))) yield schema.parse(row);
}
