import { createHash } from 'node:crypto';
import { TextDecoder as StandardDecoder } from '@exodus/bytes/encoding.js';
import type { UploadReading } from '../limit-increase/upload.ts';
import { decodedBytes } from './decoded-bytes.ts';
import { Unreadable } from './unreadable.ts';
import { formatOf, type UploadFile } from './upload-file.ts';

export type Encoding = UploadReading['encoding'];

/**
 * The standard's `euc-kr` is Windows' code page 949, which Excel writes in Korea. Node's own is not: of the 11,172
 * syllables it knows 2,350, and takes all others for control characters without a word.
 */
const createDecoder = (encoding: Encoding) =>
  encoding === 'cp949' ? new StandardDecoder('euc-kr') : new TextDecoder('utf-8');

export type Inspected = {
  readonly reading: Pick<UploadReading, 'bytes' | 'sha256' | 'format' | 'compressed' | 'encoding'>;
  /** After inflation. */
  readonly decodedBytes: number;
};

/**
 * Reads the file once for what only the whole of it tells: its digest, and its encoding. What is valid UTF-8 to its end
 * is UTF-8, and so is what is broken in fewer places than it has syllables of Hangul: one broken byte must not turn
 * every name into another, and CP949 can read nearly anything. Where CP949 looks like a syllable in UTF-8, a byte beside
 * it is left over, so it has no more syllables than broken places. Else it is what leaves fewer characters
 * undecodable. @throws Unreadable
 */
export async function inspectUpload(file: UploadFile): Promise<Inspected> {
  const digest = createHash('sha256');
  let bytes = 0;
  const onUploaded = (piece: Uint8Array): void => {
    digest.update(piece);
    bytes += piece.length;
  };
  const utf8 = await undecodable(decodedBytes(file, { onUploaded }), 'utf-8');
  const { format, compressed } = formatOf(file.key);
  const isUtf8 =
    utf8.count === 0 ||
    utf8.count < utf8.syllables ||
    utf8.count <= (await undecodable(decodedBytes(file), 'cp949')).count;
  const encoding = isUtf8 ? 'utf-8' : 'cp949';
  const reading = { bytes, sha256: digest.digest('hex'), format, compressed, encoding } as const;
  return { reading, decodedBytes: utf8.bytes };
}

type Undecodable = { readonly count: number; readonly syllables: number; readonly bytes: number };

/** How many characters cannot be decoded, how many are syllables of Hangul, of how many bytes. */
async function undecodable(pieces: AsyncIterable<Uint8Array>, encoding: Encoding): Promise<Undecodable> {
  const decoder = createDecoder(encoding);
  let [count, syllables, bytes] = [0, 0, 0];
  const countIn = (text: string): void => {
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === 0xfffd) count += 1;
      else if (unit >= 0xac00 && unit <= 0xd7a3) syllables += 1;
    }
  };
  for await (const piece of pieces) {
    // No text holds it, and every text in UTF-16 does.
    if (piece.includes(0)) throw new Unreadable('not_text', 'The file holds NUL bytes: save it as CSV in UTF-8.');
    bytes += piece.length;
    countIn(decoder.decode(piece, { stream: true }));
  }
  countIn(decoder.decode());
  return { count, syllables, bytes };
}

/** The file as text, every line ended by a line feed alone. A byte order mark is left out. @throws Unreadable */
export async function* decodedText(file: UploadFile, encoding: Encoding): AsyncGenerator<string> {
  const decoder = createDecoder(encoding);
  let endedByReturn = false;
  const withLineFeeds = (text: string): string => {
    // A pair may be cut in two between pieces.
    const whole = endedByReturn && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') endedByReturn = text.endsWith('\r');
    return whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole;
  };
  for await (const piece of decodedBytes(file)) yield withLineFeeds(decoder.decode(piece, { stream: true }));
  yield withLineFeeds(decoder.decode());
}
