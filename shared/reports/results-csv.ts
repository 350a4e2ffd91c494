import type { ReportRow } from '../limit-increase/report-rows.ts';
import type { Corporation, Par } from '../limit-increase/terms.ts';
import { csvHead, csvLines } from './csv.ts';
import { createLineOrder } from './line-order.ts';

// results.csv: a line for every card of the file, in the file's order. Numbers stand as they are, without a trick to make a
// spreadsheet show them whole: the same list is read by programs.

/** A card that was checked and not sent: it has no status. */
export type CheckedRow = { readonly line: number; readonly corporation: Corporation; readonly par: Par };

const columns = {
  line: ({ line }) => String(line),
  corporationName: ({ corporation }) => corporation.corporationName,
  bizLicenseNo: ({ corporation }) => corporation.bizLicenseNo,
  registrationNumber: ({ corporation }) => corporation.registrationNumber,
  affiliateId: ({ corporation }) => corporation.affiliateId,
  par: ({ par }) => par,
  status: ({ status }) => status,
  namedBy: ({ namedBy }) => namedBy,
  code: ({ code }) => code,
  message: ({ message }) => message,
  returnMessage: ({ returnMessage }) => returnMessage,
  correlationId: ({ correlationId }) => correlationId,
  updatedAt: ({ updatedAt }) => (updatedAt === undefined ? undefined : new Date(updatedAt).toISOString()),
} as const satisfies Record<string, (row: CheckedRow & Partial<ReportRow>) => string | undefined>;

const cells = Object.values(columns);

type Line = { readonly line: number; readonly bytes: Uint8Array };

/** `rows`: those of the chunks, one chunk after the other. What waits for its turn is held as the bytes of its line. */
export async function* resultsCsv(
  rows: AsyncIterable<readonly (ReportRow | CheckedRow)[]>,
): AsyncGenerator<string | Uint8Array> {
  yield csvHead(Object.keys(columns));
  const order = createLineOrder<Line>();
  for await (const some of rows) for (const { bytes } of order.add(some.map(lineOf))) yield bytes;
  for (const { bytes } of order.rest()) yield bytes;
}

const lineOf = (row: ReportRow | CheckedRow): Line => ({
  line: row.line,
  bytes: Buffer.from(csvLines([cells.map((cell) => cell(row) ?? '')])),
});
