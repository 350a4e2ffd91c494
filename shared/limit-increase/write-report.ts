import type { Namings, NamingsOf } from './namings.ts';
import type { Notify } from './notice.ts';
import type { Clock, Ledger, LedgerReads, RequestWithCounts } from './ports.ts';
import { createReadReportRows, ReportOutOfTime, type ReportReads, type ReportRow } from './report-rows.ts';
import { createReportTally, type NamedByCounts } from './report-tally.ts';
import { mayLackItems } from './retention.ts';
import type { Instant, LimitIncreaseRequest } from './terms.ts';
import type { ReportPlace, UploadState } from './upload.ts';
import type { UploadLedger } from './upload-ledger.ts';

export type ReportSummary = RequestWithCounts & {
  readonly upload: UploadState;
  readonly namedBy: NamedByCounts;
  /** Whether there is a list of its cards. */
  readonly hasResults: boolean;
};

/** Where a report is written. What stands there is left as it is: of two writers, one wrote it. */
export type ReportFiles = {
  /** `rows` come chunk by chunk. The list appears whole, or not at all: what `rows` throws is thrown on. */
  writeResults(place: ReportPlace, rows: AsyncIterable<readonly ReportRow[]>): Promise<void>;
  writeSummary(place: ReportPlace, summary: ReportSummary): Promise<void>;
};

export type WriteReportDeps = {
  readonly ledger: ReportReads &
    Pick<LedgerReads, 'readRequest'> &
    Pick<Ledger, 'postponeRequest'> &
    Pick<UploadLedger, 'readNamings' | 'keepNamings' | 'reportWritten'>;
  readonly reports: ReportFiles;
  readonly clock: Clock;
  readonly notify: Notify;
};

/** `not_owed`: the request is no file's, or not settled, or its report stands. `put_off`: the next run goes on with it. */
export type ReportEnd = 'written' | 'not_owed' | 'put_off';

/** A report of so many cards may take minutes. */
const longFrom = 100_000;
/** By then Lambda has ended whoever wrote it. */
const writerGoneMs = 30_000;
/** Left of a run's time for keeping what it found out. */
const reserveMs = 15_000;

/**
 * Writes the report that a settled request of a file still owes. All of it comes from the ledger, so it may be begun
 * again, and by two at once. The summary comes last; after it the request leaves the index of open work.
 */
export function createWriteReport({ ledger, reports, clock, notify }: WriteReportDeps) {
  const readRows = createReadReportRows({ ledger, clock });

  return async (requestId: string, deadline: Instant): Promise<ReportEnd> => {
    const found = await ledger.readRequest(requestId);
    const upload = found?.request.upload;
    if (found === undefined || upload === undefined) return 'not_owed';
    const { request, counts } = found;
    if (request.status !== 'settled' || upload.reportedAt !== undefined) return 'not_owed';
    const { object, edition, dryRun } = upload;
    const place = { requestId, uploadKey: object.key, edition, dryRun };
    const tally = createReportTally(mayLackItems(request.createdAt, clock()) ? undefined : counts);
    const hasResults = isListed(request, upload);
    // The reconciler would ring for another writer while this one is at it.
    if (request.cardsTotal >= longFrom) await ledger.postponeRequest(requestId, deadline + writerGoneMs);
    // Those of a dry run were written by whoever read the file, as were the rows that were rejected.
    if (hasResults && !dryRun) {
      const of = { requestId, edition, expiresAt: request.expiresAt };
      const known = counts.already_named > 0 ? await ledger.readNamings(of) : new Map();
      const reading = { deadline: deadline - reserveMs, namings: new Map(known) };
      try {
        await reports.writeResults(place, tally.passing(readRows(request, reading)));
      } catch (error) {
        // Who comes no further than the run before does would go on for ever.
        if (!(error instanceof ReportOutOfTime) || reading.namings.size === known.size) throw error;
        return putOff(of, reading.namings);
      }
    }
    const { namedBy } = tally;
    await reports.writeSummary(place, { ...found, upload, namedBy, hasResults });
    const { other_corporation, disputed } = namedBy;
    // Before the report counts as written: whoever vanishes between the two is followed by one who says it again.
    if (other_corporation + disputed > 0)
      notify({ notice: 'naming_contested', requestId, other_corporation, disputed });
    const end = await ledger.reportWritten(requestId, edition, clock());
    if (end !== 'noted') return 'not_owed';
    notify({ notice: 'report_written', requestId, edition });
    return 'written';
  };

  // A million histories are more than one run can read. The reconciler rings for the next.
  async function putOff(of: NamingsOf, namings: Namings): Promise<ReportEnd> {
    const { requestId, edition } = of;
    await ledger.keepNamings(of, namings);
    await ledger.postponeRequest(requestId, clock());
    notify({ notice: 'report_put_off', requestId, edition, chunks: namings.size });
    return 'put_off';
  }
}

// Of a file that could not be read, or not to its end, some cards may have been taken before.
const isListed = ({ cardsTotal }: LimitIncreaseRequest, { dryRun, checkedAt, failure }: UploadState): boolean =>
  dryRun ? checkedAt !== undefined : failure === undefined || cardsTotal > 0;
