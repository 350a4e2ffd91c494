import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { bizLicenseNoOf, type Line } from '../bench/million/card-file.ts';

const rowSchema = z.object({
  line: z.coerce.number(),
  par: z.string(),
  status: z.string(),
  namedBy: z.string(),
});
type Row = z.infer<typeof rowSchema>;
const refusedSchema = z.object({ line: z.coerce.number(), reasons: z.string().min(1) });

/** PAR → the corporation that the platform named it for. */
type Truth = ReadonlyMap<string, string>;

/**
 * Holds a report, line by line, against the file as it was written and against what the platform truly did.
 * @returns what is wrong, if anything is, and how often each status is told.
 */
export async function checkAgainstTruth(lines: Iterable<Line>, path: string, truth: Truth) {
  const results = await rowsOf(`${path}.results.csv`, rowSchema);
  const refused = await rowsOf(`${path}.rejected-rows.csv`, refusedSchema);
  const wrong: string[] = [];
  const statuses = new Map<string, number>();
  let number = 1;
  for (const line of lines) {
    number += 1;
    const row = results.get(number);
    const isTaken = line.fate !== 'rejected' && line.fate !== 'repeated';
    if (isTaken === refused.has(number)) wrong.push(`line ${number} is ${line.fate}, and listed the other way`);
    if (isTaken !== (row !== undefined))
      wrong.push(`line ${number} is ${line.fate}, and stands wrongly in the results`);
    if (row === undefined || !isTaken) continue;
    statuses.set(row.status, (statuses.get(row.status) ?? 0) + 1);
    if (row.par !== line.par) wrong.push(`line ${number} has another card`);
    else if (!isTrue(row, truth.get(line.par), bizLicenseNoOf(line.corporation)))
      wrong.push(`line ${number} is told ${row.status} ${row.namedBy}, and the platform has ${truth.get(line.par)}`);
  }
  if (results.size + refused.size > number - 1) wrong.push('the reports have more lines than the file');
  return { wrong, statuses: Object.fromEntries(statuses) };
}

function isTrue({ status, namedBy }: Row, namedFor: string | undefined, bizLicenseNo: string): boolean {
  switch (status) {
    case 'named':
      return namedFor === bizLicenseNo;
    case 'already_named':
      // One call of this file's may have named it, and nobody else ever asked.
      return namedFor === bizLicenseNo && namedBy.endsWith('this_corporation');
    case 'not_found':
      return namedFor === undefined;
    default:
      return false;
  }
}

async function rowsOf<T extends { readonly line: number }>(
  path: string,
  schema: z.ZodType<T>,
): Promise<Map<number, T>> {
  const rows = parse(await readFile(path), { bom: true, columns: true });
  const parsed = z.array(schema).parse(rows);
  const byLine = new Map(parsed.map((row) => [row.line, row]));
  if (byLine.size < parsed.length) throw new Error(`${path} has a line twice.`);
  return byLine;
}
