import { type ChunkRef, type Instant, type Par, parSchema } from '../limit-increase/terms.ts';

// The key grammar of the table. Items that are read together share a partition: a request with its tallies, the cards of
// a chunk with the chunk, all that is known of one card.

export type Key = { readonly pk: string; readonly sk: string };

/** Which entry of which card's history, and which of those that a request can leave there. */
export type CardKeyParts = {
  readonly par: Par;
  readonly acceptedAt: Instant;
  readonly requestId: string;
  readonly entry: keyof typeof entrySuffixes;
  /** Of a result after a redrive, and of the redrive's beginning: its number. */
  readonly redrive?: number | undefined;
};

/** `unresolved` is read only: it was written before results had the number of their redrive. */
const entrySuffixes = { result: '', reopened: '#REOPENED', maybe: '#MAYBE', unresolved: '#UNRESOLVED' } as const;

/** Which upload of which object. */
export type UploadKeyParts = { readonly uploadKey: string; readonly acceptedAt: Instant; readonly requestId: string };

const entries = ['result', 'reopened', 'maybe', 'unresolved'] as const;
const requestIdPattern = /^[0-9A-Za-z_-]{1,64}$/;
const correlationIdPattern = /^[0-9A-Za-z][0-9A-Za-z-]{0,35}$/;
const chunkNumberMax = 9_999_999;

export const requestPartition = (requestId: string): string => `REQUEST#${matching(requestIdPattern, requestId)}`;

export const requestKey = (requestId: string): Key => ({ pk: requestPartition(requestId), sk: 'REQUEST' });

/** What the reports of a file found out, each edition's by itself. */
export const namingsPartition = (requestId: string): string => `${requestPartition(requestId)}#NAMINGS`;

export const namingsPrefix = (edition: number): string => `${digits(edition, 7)}#`;

export const namingsKey = (requestId: string, edition: number, item: number): Key => ({
  pk: namingsPartition(requestId),
  sk: `${namingsPrefix(edition)}${digits(item, 4)}`,
});

const tallyShards = 16;

/**
 * Where a chunk's counts are added. Spread, so that no single item is hot while many chunks settle at once. The first
 * chunk always adds to 00, so a request of one chunk has one tally.
 */
export const tallyKey = ({ requestId, chunkNumber }: ChunkRef): Key => ({
  pk: requestPartition(requestId),
  sk: `TALLY#${digits((chunkNumber - 1) % tallyShards, 2)}`,
});

export const chunkPartition = ({ requestId, chunkNumber }: ChunkRef): string => {
  if (!Number.isInteger(chunkNumber) || chunkNumber < 1 || chunkNumber > chunkNumberMax)
    throw new RangeError(`A chunk has a number from 1 to ${chunkNumberMax}.`);
  return `${requestPartition(requestId)}#${digits(chunkNumber, 7)}`;
};

export const cardsKey = (ref: ChunkRef): Key => ({ pk: chunkPartition(ref), sk: 'CARDS' });

export const chunkKey = (ref: ChunkRef): Key => ({ pk: chunkPartition(ref), sk: 'CHUNK' });

export const callKey = (correlationId: string): Key => ({
  pk: `CALL#${matching(correlationIdPattern, correlationId)}`,
  sk: 'CALL',
});

export const cardPartition = (par: Par): string => `CARD#${par}`;

/**
 * Sorted by acceptance, then by redrive: both are written so that the order of the text is that of time. No result has the
 * key of another, so none ever hides one, however late its writer comes.
 */
export const cardKey = ({ par, acceptedAt, requestId, entry, redrive }: CardKeyParts): Key => {
  const sk = `${new Date(acceptedAt).toISOString()}#${matching(requestIdPattern, requestId)}`;
  const number = redrive === undefined ? '' : `#R${digits(redrive, 6)}`;
  return { pk: cardPartition(par), sk: `${sk}${number}${entrySuffixes[entry]}` };
};

/** What is known of the platform: one item for all. It never expires, and is not in the index of open work. */
export const platformKey: Key = { pk: 'PLATFORM', sk: 'CIRCUIT_BREAKER' };

export const uploadPartition = (uploadKey: string): string => `UPLOAD#${uploadKey}`;

/** Sorted by acceptance, as the entries of a card are. */
export const uploadSort = ({ acceptedAt, requestId }: Omit<UploadKeyParts, 'uploadKey'>): string =>
  `${new Date(acceptedAt).toISOString()}#${matching(requestIdPattern, requestId)}`;

export const uploadEntryKey = ({ uploadKey, ...entry }: UploadKeyParts): Key => ({
  pk: uploadPartition(uploadKey),
  sk: uploadSort(entry),
});

/** The chunk that a key of its partition belongs to; undefined for any other key. */
export function chunkOfKey({ pk }: Key): ChunkRef | undefined {
  const [, requestId, number] = /^REQUEST#([^#]+)#(\d{7})$/.exec(pk) ?? [];
  if (requestId === undefined || number === undefined) return undefined;
  return { requestId, chunkNumber: Number(number) };
}

/** The request that a request's or a tally's key belongs to; undefined for any other key. */
export const requestOfKey = ({ pk }: Key): string | undefined => /^REQUEST#([^#]+)$/.exec(pk)?.[1];

/** The correlation ID of a call's key; undefined for any other key. */
export const callOfKey = ({ pk }: Key): string | undefined => /^CALL#(.+)$/.exec(pk)?.[1];

/** What the key of a card's entry says; undefined for any other key. */
export function cardOfKey({ pk, sk }: Key): CardKeyParts | undefined {
  const par = parSchema.safeParse(/^CARD#(.+)$/.exec(pk)?.[1]);
  const [, time, requestId, number, suffix = ''] = /^([^#]+)#([^#]+?)(?:#R(\d{6}))?(#[A-Z]+)?$/.exec(sk) ?? [];
  if (!par.success || time === undefined || requestId === undefined) return undefined;
  const acceptedAt = Date.parse(time);
  const entry = entries.find((one) => entrySuffixes[one] === suffix);
  if (Number.isNaN(acceptedAt) || entry === undefined) return undefined;
  return { par: par.data, acceptedAt, requestId, entry, ...(number !== undefined && { redrive: Number(number) }) };
}

/** What the key of an upload's entry says; undefined for any other key. */
export function uploadOfKey({ pk, sk }: Key): UploadKeyParts | undefined {
  // The key of an object may hold anything, line breaks too.
  const uploadKey = /^UPLOAD#(.+)$/s.exec(pk)?.[1];
  const [, time, requestId] = /^([^#]+)#([^#]+)$/.exec(sk) ?? [];
  if (uploadKey === undefined || time === undefined || requestId === undefined) return undefined;
  const acceptedAt = Date.parse(time);
  return Number.isNaN(acceptedAt) ? undefined : { uploadKey, acceptedAt, requestId };
}

/** A key as it may stand in a log: a PAR shows its first and last four characters. */
export const shownKey = ({ pk, sk }: Key): string => `${pk.replace(/^(CARD#.{4}).*(.{4})$/, '$1…$2')} / ${sk}`;

const digits = (value: number, width: number): string => String(value).padStart(width, '0');

function matching(pattern: RegExp, part: string): string {
  if (!pattern.test(part)) throw new RangeError(`A part of a key must match ${pattern.source}.`);
  return part;
}
