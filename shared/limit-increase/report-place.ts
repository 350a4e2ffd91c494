import { StringDecoder } from 'node:string_decoder';
import type { ReportPlace } from './upload.ts';

// Where the report of a file lies in the store: reports/<upload key after incoming/>/<requestId>/, and below it
// edition-<n>/ from the second edition on. An upload's key is any text of anybody, so it is only ever a name here.

const incoming = 'incoming/';
/** What S3 takes, counted in bytes of UTF-8. */
const keyBytesMax = 1_024;
/** Kept for what comes after the name: request, edition, file. */
const restBytes = '/00000000000000000000000000/edition-9999999/rejected-rows.csv'.length;
const cutMark = '…';
const nameBytesMax = keyBytesMax - 'reports/'.length - restBytes;

/** The keys of all files of a report begin with it; it ends in a slash. */
export function reportPrefix({ uploadKey, requestId, edition }: Omit<ReportPlace, 'dryRun'>): string {
  const below = `reports/${nameOf(uploadKey)}/${requestId}/`;
  return edition === 1 ? below : `${below}edition-${edition}/`;
}

function nameOf(uploadKey: string): string {
  const name = uploadKey.startsWith(incoming) ? uploadKey.slice(incoming.length) : uploadKey;
  // Nobody who makes a path of it, as a download does, is to be led out of reports/.
  const segments = name.split('/').map((segment) => (/^\.+$/.test(segment) ? segment.replaceAll('.', '%2E') : segment));
  const bytes = Buffer.from(segments.join('/'));
  if (bytes.length <= nameBytesMax) return bytes.toString();
  // Cut between two characters, and marked: what is left must not end in dots alone. The request's ID still tells two apart.
  const kept = bytes.subarray(0, nameBytesMax - Buffer.byteLength(cutMark));
  return `${new StringDecoder('utf8').write(kept)}${cutMark}`;
}
