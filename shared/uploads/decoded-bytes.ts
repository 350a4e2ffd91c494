import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Unreadable } from './unreadable.ts';
import { formatOf, type UploadFile } from './upload-file.ts';

/** A million rows of the longest fields take some 500 MB. */
const bytesMax = 2 ** 30;

export type DecodedBytesDeps = {
  /** Told of every piece as it was uploaded. */
  readonly onUploaded?: ((piece: Uint8Array) => void) | undefined;
};

/** The file's bytes, inflated if its name says so. Memory stays flat, however much comes out. @throws Unreadable */
export async function* decodedBytes(
  file: UploadFile,
  { onUploaded }: DecodedBytesDeps = {},
): AsyncGenerator<Uint8Array> {
  const { compressed } = formatOf(file.key);
  const uploaded = withFirstBytes(await file.open(), compressed, onUploaded);
  let bytes = 0;
  for await (const piece of compressed ? gunzipped(uploaded) : uploaded) {
    bytes += piece.length;
    if (bytes > bytesMax)
      throw new Unreadable(
        'too_large',
        `The file holds more than ${bytesMax} bytes${compressed ? ' after inflation' : ''}.`,
      );
    yield piece;
  }
}

async function* withFirstBytes(
  pieces: AsyncIterable<Uint8Array>,
  compressed: boolean,
  onUploaded: DecodedBytesDeps['onUploaded'],
): AsyncGenerator<Uint8Array> {
  let first = Buffer.alloc(0);
  let known = false;
  for await (const piece of pieces) {
    onUploaded?.(piece);
    if (!known) {
      first = Buffer.concat([first, piece.subarray(0, 4)]);
      known = first.length >= 4;
      if (known) refuseOtherKinds(first, compressed);
    }
    yield piece;
  }
  if (!known) refuseOtherKinds(first, compressed);
}

// What a name cannot hide: these bytes begin no text.
function refuseOtherKinds(first: Buffer, compressed: boolean): void {
  const begins = (...bytes: number[]): boolean => bytes.every((byte, index) => first[index] === byte);
  const isGzip = begins(0x1f, 0x8b);
  if (first.length === 0) throw new Unreadable('empty', 'The file is empty.');
  if (compressed && !isGzip)
    throw new Unreadable('not_gzip', 'The name ends in .gz, but the file is not compressed with gzip.');
  if (!compressed && isGzip)
    throw new Unreadable('gzip_by_another_name', 'The file is compressed with gzip: let its name end in .gz.');
  if (begins(0x50, 0x4b))
    throw new Unreadable('zip', 'The file is a ZIP archive or an Excel workbook: save it as CSV.');
  if (begins(0xd0, 0xcf, 0x11, 0xe0))
    throw new Unreadable('workbook', 'The file is an Excel workbook: save it as CSV.');
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff))
    throw new Unreadable('utf_16', 'The file is UTF-16: save it as UTF-8, in Excel as "CSV UTF-8".');
}

async function* gunzipped(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const flow = pipeline(Readable.from(pieces, { objectMode: false }), gunzip);
  // Whoever stops reading early has his reason already.
  flow.catch(() => undefined);
  try {
    for await (const piece of gunzip) yield Buffer.from(piece);
    await flow;
  } catch (error) {
    if (isZlibError(error))
      throw new Unreadable('broken_gzip', 'The file cannot be decompressed: it is damaged, or was cut off on its way.');
    throw error;
  }
}

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
