import { reportPrefix } from '../limit-increase/report-place.ts';
import type { ReportPlace } from '../limit-increase/upload.ts';

type Place = Omit<ReportPlace, 'dryRun'>;

// The files of a report. What the rows alone tell is written once and belongs to the first edition.

export const resultsKey = (place: Place): string => `${reportPrefix(place)}results.csv`;

export const rejectedRowsKey = (place: Place): string => `${reportPrefix({ ...place, edition: 1 })}rejected-rows.csv`;

export const summaryKey = (place: Place): string => `${reportPrefix(place)}summary.json`;
