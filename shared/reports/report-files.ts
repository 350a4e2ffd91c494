import type { ReportPlace } from '../limit-increase/upload.ts';
import type { ReportFiles } from '../limit-increase/write-report.ts';
import type { Text, WriteOnce } from '../objects/write-once.ts';
import { csvType } from './csv.ts';
import { type RejectedRow, rejectedRowsCsv } from './rejected-rows-csv.ts';
import { rejectedRowsKey, resultsKey, summaryKey } from './report-keys.ts';
import { type CheckedRow, resultsCsv } from './results-csv.ts';
import { summaryJson } from './summary.ts';

/** What the reader of a file writes of its rows. */
export type ReportLists = {
  writeRejectedRows(place: ReportPlace, rows: AsyncIterable<readonly RejectedRow[]>): Promise<void>;
  /** The results of a dry run. */
  writeCheckedRows(place: ReportPlace, rows: AsyncIterable<readonly CheckedRow[]>): Promise<void>;
};

/** The files of a report in the store. One that stands is left as it is: whoever wrote it had it from the same ledger. */
export function createReportFiles(writeOnce: WriteOnce): ReportFiles & ReportLists {
  const writeCsv = async (key: string, text: Text): Promise<void> => {
    await writeOnce({ key, contentType: csvType }, text);
  };
  return {
    writeResults: (place, rows) => writeCsv(resultsKey(place), resultsCsv(rows)),
    writeCheckedRows: (place, rows) => writeCsv(resultsKey(place), resultsCsv(rows)),
    writeRejectedRows: (place, rows) => writeCsv(rejectedRowsKey(place), rejectedRowsCsv(rows)),
    async writeSummary(place, summary) {
      await writeOnce({ key: summaryKey(place), contentType: 'application/json' }, once(summaryJson(summary)));
    },
  };
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
