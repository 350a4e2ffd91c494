import type { CheckUpload } from '../../shared/limit-increase/upload.ts';
import type { OpenObject } from '../../shared/objects/open-object.ts';
import { ObjectOutOfReach } from '../../shared/objects/out-of-reach.ts';
import type { RejectedRow } from '../../shared/reports/rejected-rows-csv.ts';
import type { ReportLists } from '../../shared/reports/report-files.ts';
import type { CheckedRow } from '../../shared/reports/results-csv.ts';
import { type CheckedFile, checkFile } from '../../shared/uploads/check-upload.ts';
import type { ListedRow } from '../../shared/uploads/listed-rows.ts';

type Readable = Extract<CheckedFile, { readable: true }>;

const rowsAtOnce = 1_000;

/** Checks an object of S3, and writes the lists of its rows beside its report. */
export function createCheckUpload({ openObject, lists }: { openObject: OpenObject; lists: ReportLists }): CheckUpload {
  return async (object, onProgress) => {
    try {
      const checked = await checkFile({ key: object.key, open: () => openObject(object) }, onProgress);
      return checked.readable ? withLists(checked) : checked;
    } catch (error) {
      if (error instanceof ObjectOutOfReach) return { readable: false, failure: error.failure };
      throw error;
    }
  };

  function withLists({ readable, progress, reading, cut, rows }: Readable): Awaited<ReturnType<CheckUpload>> {
    return {
      ...{ readable, progress, reading, cut },
      // Each list is a reading of its own: what was found is not kept for the other.
      async writeLists(place) {
        if (progress.rowsRejected + progress.rowsRepeated > 0)
          await lists.writeRejectedRows(place, inBatches(rows(), rejectedOf));
        if (place.dryRun) await lists.writeCheckedRows(place, inBatches(rows(), checkedOf));
      },
    };
  }
}

const rejectedOf = (row: ListedRow): RejectedRow | undefined => (row.taken ? undefined : row);
const checkedOf = (row: ListedRow): CheckedRow | undefined => (row.taken ? row : undefined);

async function* inBatches<Row>(
  rows: AsyncIterable<ListedRow>,
  pick: (row: ListedRow) => Row | undefined,
): AsyncGenerator<Row[]> {
  let batch: Row[] = [];
  for await (const row of rows) {
    const picked = pick(row);
    if (picked !== undefined) batch.push(picked);
    if (batch.length < rowsAtOnce) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
