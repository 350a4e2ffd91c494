import { shownCounts } from '../limit-increase/shown-counts.ts';
import type { Instant } from '../limit-increase/terms.ts';
import type { ReportSummary } from '../limit-increase/write-report.ts';
import { nextSteps } from './next-steps.ts';
import { rejectedRowsKey, resultsKey, summaryKey } from './report-keys.ts';

/**
 * summary.json: all that is to be known of a file at a glance. It comes from the ledger alone and holds no time of its
 * own, so whoever writes it writes the same. No BOM: JSON may not begin with one.
 */
export function summaryJson(summary: ReportSummary): string {
  const { request, counts, upload, namedBy } = summary;
  const { object, edition, dryRun, progress, checkedAt, failure, reading } = upload;
  const { warnings = [], warningsLeftOut = 0, ...input } = reading ?? {};
  const shown = {
    requestId: request.requestId,
    uploadKey: object.key,
    version: object.versionId,
    eTag: object.eTag,
    edition,
    dryRun,
    status: request.status,
    createdAt: iso(request.createdAt),
    checkedAt: checkedAt === undefined ? undefined : iso(checkedAt),
    settledAt: iso(request.updatedAt),
    failure,
    input: reading && input,
    rows: rowsOf(progress),
    counts: shownCounts(request, counts),
    namedBy: {
      thisCorporation: namedBy.this_corporation,
      presumedThisCorporation: namedBy.presumed_this_corporation,
      otherCorporation: namedBy.other_corporation,
      disputed: namedBy.disputed,
      presumedElsewhere: namedBy.presumed_elsewhere,
      elsewhere: namedBy.elsewhere,
    },
    warnings,
    warningsLeftOut,
    files: filesOf(summary),
    nextSteps: nextSteps(summary),
  };
  return `${JSON.stringify(shown, undefined, 2)}\n`;
}

const rowsOf = ({ rowsRead, rowsRejected, rowsRepeated }: ReportSummary['upload']['progress']) => ({
  read: rowsRead,
  rejected: rowsRejected,
  repeated: rowsRepeated,
  accepted: rowsRead - rowsRejected - rowsRepeated,
});

/** The keys of what was written, in the bucket of the file. */
function filesOf({ request, upload, hasResults }: ReportSummary) {
  const { object, edition, checkedAt, progress } = upload;
  const place = { requestId: request.requestId, uploadKey: object.key, edition };
  const hasRejectedRows = checkedAt !== undefined && progress.rowsRejected + progress.rowsRepeated > 0;
  return {
    results: hasResults ? resultsKey(place) : undefined,
    rejectedRows: hasRejectedRows ? rejectedRowsKey(place) : undefined,
    summary: summaryKey(place),
  };
}

const iso = (at: Instant): string => new Date(at).toISOString();
