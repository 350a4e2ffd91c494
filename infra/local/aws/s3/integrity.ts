import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';
import { comesInChunks } from './kept-headers.ts';

type Sum = (body: Buffer) => Buffer;

const hash =
  (algorithm: string): Sum =>
  (body) =>
    createHash(algorithm).update(body).digest();

const crc: Sum = (body) => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return sum;
};

/** By the header in which the sender tells it, in base64. The other two of S3 Node.js cannot compute. */
const sums: Readonly<Record<string, Sum>> = {
  'content-md5': hash('md5'),
  'x-amz-checksum-crc32': crc,
  'x-amz-checksum-sha1': hash('sha1'),
  'x-amz-checksum-sha256': hash('sha256'),
};

/**
 * The header whose sum the body does not have: it was damaged on its way, or is another one. A body in chunks, whose sum
 * comes behind it, is believed.
 */
export function contradicted(headers: IncomingHttpHeaders, body: Buffer): string | undefined {
  if (comesInChunks(headers)) return undefined;
  return Object.keys(sums).find((name) => headers[name] !== undefined && headers[name] !== sumOf(name, body));
}

const sumOf = (name: string, body: Buffer): string | undefined => sums[name]?.(body).toString('base64');
