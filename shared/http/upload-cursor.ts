import { createHash } from 'node:crypto';
import { requestIdSchema } from '../limit-increase/order.ts';
import type { UploadEntry } from '../limit-increase/upload-ledger.ts';

// Where the next page of an object's requests begins, as one opaque word. A key is a text of anybody and may hold
// anything, so only its digest stands in it: it binds the cursor to the object.

type Place = Pick<UploadEntry, 'acceptedAt' | 'requestId'>;

const version = 'v1';
const pattern = /^v1:([0-9a-f]{16}):(0|[1-9]\d{0,14}):([^:]+)$/;

const digestOf = (uploadKey: string): string => createHash('sha256').update(uploadKey).digest('hex').slice(0, 16);

/** `after`: the last entry of a page. */
export const writeUploadCursor = (uploadKey: string, after: Place): string =>
  Buffer.from([version, digestOf(uploadKey), after.acceptedAt, after.requestId].join(':')).toString('base64url');

/** Undefined if it is not a cursor of this object, written as we write it. */
export function readUploadCursor(cursor: string, uploadKey: string): Place | undefined {
  const [, , acceptedAt, id] = pattern.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  const requestId = requestIdSchema.safeParse(id).data;
  if (requestId === undefined) return undefined;
  const place = { acceptedAt: Number(acceptedAt), requestId };
  return writeUploadCursor(uploadKey, place) === cursor ? place : undefined;
}
