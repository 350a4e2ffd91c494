import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

const keptNames = /^(content-(type|encoding|language|disposition)|cache-control|expires|x-amz-meta-.*)$/;

/** What S3 keeps of an upload and gives back with the object. That a body came in chunks is no encoding of the object. */
export function keptOf(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const kept: OutgoingHttpHeaders = { 'content-type': 'binary/octet-stream' };
  for (const [name, value] of Object.entries(headers)) {
    const left = name === 'content-encoding' ? withoutChunks(String(value)) : value;
    if (keptNames.test(name) && left !== undefined && left !== '') kept[name] = left;
  }
  return kept;
}

const withoutChunks = (encodings: string): string =>
  encodings
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== 'aws-chunked')
    .join(',');

/** Some clients tell it by the encoding, some by what they say of the body's sum alone. */
export const comesInChunks = (headers: IncomingHttpHeaders): boolean =>
  String(headers['content-encoding']).includes('aws-chunked') ||
  String(headers['x-amz-content-sha256']).startsWith('STREAMING-');

/**
 * What the emulator needs to know of a body: whether it is in chunks, and its checksums. Its type it must not know, since
 * it would read JSON as a request of SQS.
 */
export function bodyHeadersOf(headers: IncomingHttpHeaders, body: Buffer): OutgoingHttpHeaders {
  const checksums = Object.entries(headers).filter(([name]) => /^x-amz-(checksum-.*|trailer)$/.test(name));
  return {
    ...Object.fromEntries(checksums),
    'content-type': 'application/octet-stream',
    'content-length': body.length,
    ...(comesInChunks(headers) && { 'content-encoding': 'aws-chunked' }),
  };
}
