import type { UploadPageQuery } from '../limit-increase/upload-ledger.ts';
import { createParameters, parseLimit, wantedLimit } from './parameters.ts';
import type { Fault } from './problem.ts';
import { readUploadCursor } from './upload-cursor.ts';

const limitDefault = 10;
/** Each is read by itself. */
const limitMax = 50;

/** What S3 takes for a key. */
const keyBytesMax = 1_024;
const wantedKey = `the key of an uploaded object: below incoming/, at most ${keyBytesMax} bytes`;

export type UploadsAsked = { readonly uploadKey: string; readonly query: UploadPageQuery };

/** `uploadKey`, `limit` and `cursor` of a query; every fault at once. */
export function readUploadQuery(parameters: Readonly<Record<string, string>>): UploadsAsked | { faults: Fault[] } {
  const { read, faults } = createParameters(parameters, ['uploadKey', 'limit', 'cursor']);
  const uploadKey = read('uploadKey', undefined, parseKey, wantedKey);
  const limit = read('limit', limitDefault, parseLimit(limitMax), wantedLimit(limitMax));
  const parseCursor = (text: string) => readUploadCursor(text, uploadKey ?? '');
  // Without its key a cursor can be neither right nor wrong.
  const after =
    uploadKey === undefined ? undefined : read('cursor', undefined, parseCursor, 'the nextCursor of this key');
  const wrong = faults();
  if (parameters['uploadKey'] === undefined)
    wrong.unshift({ parameter: 'uploadKey', detail: `is required: ${wantedKey}` });
  return uploadKey === undefined || wrong.length > 0 ? { faults: wrong } : { uploadKey, query: { limit, after } };
}

function parseKey(text: string): string | undefined {
  const isKey = /^incoming\/./s.test(text) && Buffer.byteLength(text) <= keyBytesMax && text.isWellFormed();
  return isKey ? text : undefined;
}
