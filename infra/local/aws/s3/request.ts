import type { IncomingHttpHeaders } from 'node:http';

// Which operation of S3 a request asks for. What is not in the table is refused, whatever it is: an option that nobody
// here thought of is not left out silently where S3 would heed it.

type Rule = {
  readonly method: string;
  readonly of: 'bucket' | 'object';
  readonly operation: string;
  /** Query parameters that make it this operation, and those that it may have besides. */
  readonly has?: readonly string[];
  readonly may?: readonly string[];
  readonly copies?: true;
};

const rules = [
  { method: 'HEAD', of: 'bucket', operation: 'HeadBucket' },
  {
    method: 'GET',
    of: 'bucket',
    operation: 'ListObjectsV2',
    has: ['list-type'],
    may: ['prefix', 'delimiter', 'max-keys', 'continuation-token', 'start-after', 'encoding-type', 'fetch-owner'],
  },
  { method: 'GET', of: 'object', operation: 'GetObject', may: ['versionId'] },
  { method: 'HEAD', of: 'object', operation: 'HeadObject', may: ['versionId'] },
  { method: 'PUT', of: 'object', operation: 'UploadPart', has: ['uploadId', 'partNumber'] },
  { method: 'PUT', of: 'object', operation: 'CopyObject', copies: true },
  { method: 'PUT', of: 'object', operation: 'PutObject' },
  { method: 'POST', of: 'object', operation: 'CreateMultipartUpload', has: ['uploads'] },
  { method: 'POST', of: 'object', operation: 'CompleteMultipartUpload', has: ['uploadId'] },
  { method: 'DELETE', of: 'object', operation: 'AbortMultipartUpload', has: ['uploadId'] },
  { method: 'DELETE', of: 'object', operation: 'DeleteObject' },
] as const satisfies readonly Rule[];

type S3Operation = (typeof rules)[number]['operation'];

export type S3Request = {
  readonly operation: S3Operation;
  readonly bucket: string;
  /** Empty if the request is about the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
};

/** An SDK tells by this, once more, what it asks for. */
const idParameter = 'x-id';
/** That would make a request another one than it is here, and those that would make it so of a write only. */
const unheeded =
  /^(if-(un)?modified-since|x-amz-copy-source-if-.*|x-amz-(copy-source-)?server-side-encryption-customer-.*)$/;
const unheededByWrites = /^(if-match|x-amz-(tagging|acl|grant-.*|object-lock-.*|website-redirect-location))$/;

type Asked = {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
};

/** @returns `undefined` for what the local cloud does not have. Path style: the bucket leads the path. */
export function readRequest({ method = '', url = '', headers }: Asked): S3Request | undefined {
  const { pathname, query } = split(url);
  const [, bucket = '', rest] = /^\/([^/]*)(?:\/(.*))?$/s.exec(pathname) ?? [];
  const key = decode(rest ?? '');
  if (bucket === '' || key === undefined) return undefined;
  const copies = 'x-amz-copy-source' in headers;
  const rule = rules.find((one: Rule) => {
    const { has = [], may = [] } = one;
    return (
      one.method === method &&
      one.of === (key === '' ? 'bucket' : 'object') &&
      (one.copies ?? false) === copies &&
      has.every((name) => query.has(name)) &&
      [...query.keys()].every((name) => name === idParameter || has.includes(name) || may.includes(name))
    );
  });
  if (rule === undefined) return undefined;
  const isRead = method === 'GET' || method === 'HEAD';
  const names = Object.keys(headers);
  if (names.some((name) => unheeded.test(name) || (!isRead && unheededByWrites.test(name)))) return undefined;
  // S3 itself knows no other value of it for writes.
  if (!isRead && (headers['if-none-match'] ?? '*') !== '*') return undefined;
  if (rule.operation === 'ListObjectsV2' && query.get('list-type') !== '2') return undefined;
  return { operation: rule.operation, bucket, key, query, headers };
}

/** `/bucket/key?versionId=v`, as CopyObject names its source; either slash may be encoded too. */
export function readCopySource(
  source: string,
): { bucket: string; key: string; versionId: string | undefined } | undefined {
  const { pathname, query } = split(source);
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decode(pathname) ?? '') ?? [];
  return bucket === undefined || key === undefined
    ? undefined
    : { bucket, key, versionId: query.get('versionId') ?? undefined };
}

/** Not by `new URL`, to which `..` in a key would be a way up. */
function split(target: string): { pathname: string; query: URLSearchParams } {
  const mark = target.indexOf('?');
  const pathname = mark < 0 ? target : target.slice(0, mark);
  return { pathname, query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)) };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
