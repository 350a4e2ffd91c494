import type { RequestWithCounts } from '../limit-increase/ports.ts';
import { reportPrefix } from '../limit-increase/report-place.ts';
import type { Instant } from '../limit-increase/terms.ts';
import type { UploadState } from '../limit-increase/upload.ts';
import { secondsLeft } from './seconds-left.ts';

/** What is shown of a file beside what is shown of every request; nothing of an order that came over HTTPS. */
export function showUpload(found: RequestWithCounts, now: Instant) {
  const { requestId, upload } = found.request;
  if (upload === undefined) return {};
  const progress = { ...upload.progress, secondsLeft: secondsLeft(found, now) };
  return { upload: showObject(requestId, upload), progress };
}

function showObject(requestId: string, { object, dryRun, edition, reading, failure, reportedAt }: UploadState) {
  const { key, versionId } = object;
  const { bytes, sha256, encoding, warnings, warningsLeftOut } = reading ?? {};
  // Told once the report stands there, so whoever sees it can fetch all of it.
  const reports = reportedAt === undefined ? undefined : reportPrefix({ uploadKey: key, requestId, edition });
  return { key, versionId, dryRun, bytes, sha256, encoding, failure, warnings, warningsLeftOut, reports };
}
