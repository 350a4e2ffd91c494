import type { Place } from '../limit-increase/results.ts';

// Where the next page begins, as one opaque word: it is bound to its request, and holds no card.

const version = 'v1';
const pattern = /^v1:([0-9A-Za-z_-]{1,64}):([1-9]\d{0,6}):(0|[1-9]\d?)$/;

export const writeCursor = (requestId: string, { chunkNumber, position }: Place): string =>
  Buffer.from([version, requestId, chunkNumber, position].join(':')).toString('base64url');

/** Undefined if it is not a cursor of this request, written as we write it. */
export function readCursor(cursor: string, requestId: string): Place | undefined {
  const [, ofRequest, chunkNumber, position] = pattern.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (ofRequest !== requestId) return undefined;
  const place = { chunkNumber: Number(chunkNumber), position: Number(position) };
  return writeCursor(requestId, place) === cursor ? place : undefined;
}
