import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

// AWS Signature Version 4 of a request, computed anew from the request as it came in.

export type SignedRequest = {
  readonly method: string;
  /** As it stood in the request line. */
  readonly target: string;
  /** Name and value by turns, as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
};

export type Signer = { readonly accessKeyId: string; readonly secretAccessKey: string };

const header =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/]+)\/([a-z0-9-]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;
const skewMaxMs = 5 * 60_000;

export type Signing<S> = {
  readonly signers: readonly S[];
  /** As it signs: `execute-api`, `dynamodb`. */
  readonly service: string;
  readonly region: string;
  readonly now: number;
};

/** Whose key an Authorization header names, whether or not it is signed with it. */
export const accessKeyIdOf = (authorization = ''): string | undefined =>
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//.exec(authorization)?.[1];

/** @returns who signed; undefined if nobody known did, not this request, not now or not for this service and region. */
export function verifySignature<S extends Signer>(
  request: SignedRequest,
  { signers, service, region, now }: Signing<S>,
): S | undefined {
  const headers = headersOf(request.rawHeaders);
  const [, keyId, date, givenRegion, givenService, names, signature] =
    header.exec(headers.get('authorization') ?? '') ?? [];
  const signer = signers.find(({ accessKeyId }) => accessKeyId === keyId);
  const time = headers.get('x-amz-date') ?? '';
  if (signer === undefined || names === undefined || signature === undefined) return undefined;
  const signedNames = names.split(';');
  if (givenRegion !== region || givenService !== service) return undefined;
  if (!signedNames.includes('host') || !time.startsWith(`${date}T`)) return undefined;
  if (!(Math.abs(now - parseTime(time)) <= skewMaxMs)) return undefined;

  const url = splitTarget(request.target);
  const payload = service === 's3' ? headers.get('x-amz-content-sha256') : sha256(request.body);
  if (payload === undefined || !isOf(request.body, payload)) return undefined;
  const canonical = [
    request.method,
    // For every service but S3 the path, encoded as it is, is encoded once more.
    service === 's3' ? url.path : url.path.split('/').map(encode).join('/'),
    canonicalQuery(url.query),
    ...signedNames.map((name) => `${name}:${headers.get(name) ?? ''}`),
    '',
    names,
    payload,
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((previous, part) => hmac(previous, part), `AWS4${signer.secretAccessKey}`);
  return timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex')) ? signer : undefined;
}

/** To S3 a body may come unsigned, or in chunks with signatures of their own, which nobody looks at here. */
function isOf(body: Buffer, payload: string): boolean {
  return /^(UNSIGNED-PAYLOAD|STREAMING-[A-Z0-9-]+)$/.test(payload) || payload === sha256(body);
}

function headersOf(raw: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]?.toLowerCase() ?? '';
    const value = raw[index + 1]?.trim().replaceAll(/ +/g, ' ') ?? '';
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

/** `20261122T101500Z`; not a number if it is anything else. */
function parseTime(time: string): number {
  return Date.parse(time.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    return `${encode(decode(name))}=${encode(decode(value))}`;
  });
  return pairs.sort().join('&');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoding: its signature could not be right either.
    return text;
  }
}

/** RFC 3986: all but the unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
