import { describe, expect, it } from 'vitest';
import type { ReportRow } from '../../../shared/limit-increase/report-rows.ts';
import { createWriteReport, type ReportFiles } from '../../../shared/limit-increase/write-report.ts';
import { aRequestId } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { aSettledFile, chunksOfTwo, type SettledFile } from './settled-file.ts';

const dayMs = 86_400_000;
const [first, second] = chunksOfTwo();

/** Writes the report of a file that was accepted so long ago. */
async function write(file: SettledFile, days: number) {
  const rows: ReportRow[] = [];
  const reports: ReportFiles = {
    writeResults: async (_, all) => {
      for await (const some of all) rows.push(...some);
    },
    writeSummary: async () => undefined,
  };
  const { ledger, reported } = aSettledFile(file);
  const clock = () => aMoment + days * dayMs;
  const end = await createWriteReport({ ledger, reports, clock, notify: () => {} })(aRequestId, clock() + 60_000);
  return { end, rows: rows.length, reported };
}

describe('the report of a file that is older than the shortest retention', () => {
  // failures: F035
  it('lists the cards that are left when a chunk has expired', async () => {
    const file = { chunks: [first, undefined], counted: [first, second] };
    expect(await write(file, 30)).toEqual({ end: 'written', rows: first.chunk.pars.length, reported: [1] });
    await expect(write(file, 29)).rejects.toThrow('holds no chunk 2');
  });

  it('lists every card when its counts have expired', async () => {
    const file = { chunks: [first, second], counted: [first], request: { chunksTotal: 2 } };
    const rows = first.chunk.pars.length + second.chunk.pars.length;
    expect(await write(file, 30)).toEqual({ end: 'written', rows, reported: [1] });
    await expect(write(file, 29)).rejects.toThrow('changed');
  });

  it('is not written when a card is open again', async () => {
    const open = { chunk: second.chunk, state: { ...second.state, results: new Map() } };
    await expect(write({ chunks: [first, open], counted: [first, second] }, 30)).rejects.toThrow('changed');
  });
});
