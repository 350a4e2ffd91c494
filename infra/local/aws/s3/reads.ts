import type { S3Answer } from './answers.ts';
import * as answers from './answers.ts';
import { type Bucket, versionHeader } from './bucket.ts';
import type { S3Request } from './request.ts';

/** GetObject and HeadObject: the current version, or the one that is asked for. */
export async function read(bucket: Bucket, { operation, key, query, headers }: S3Request): Promise<S3Answer> {
  const { spec, objects, blobs } = bucket;
  const versionId = query.get('versionId');
  const version = versionId === null ? objects.current(key) : objects.version(key, versionId);
  if (version === undefined) {
    if (versionId !== null) return answers.noSuchVersion();
    return answers.noSuchKey(objects.isDeleted(key) ? { 'x-amz-delete-marker': 'true' } : {});
  }
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch, range } = headers;
  // S3 takes an ETag with and without its quotes.
  const isThis = (etag: string) => etag === '*' || etag.replaceAll('"', '') === version.etag.replaceAll('"', '');
  if (ifMatch !== undefined && !isThis(ifMatch)) return answers.preconditionFailed();
  if (ifNoneMatch !== undefined && isThis(ifNoneMatch)) return { status: 304, headers: { etag: version.etag } };
  const response = await blobs.open({
    method: operation === 'HeadObject' ? 'HEAD' : 'GET',
    ...{ bucket: spec.name, id: version.id },
    headers: {
      ...(range !== undefined && { range }),
      ...('x-amz-checksum-mode' in headers && { 'x-amz-checksum-mode': headers['x-amz-checksum-mode'] }),
    },
  });
  const { connection, 'keep-alive': keepAlive, ...told } = response.headers;
  const { statusCode: status = 502 } = response;
  const kept = status < 300 ? version.kept : {};
  return {
    status,
    headers: { ...told, ...kept, ...versionHeader(spec, version.id), 'accept-ranges': 'bytes' },
    body: response,
  };
}

const pageMax = 1_000;

/** ListObjectsV2. A page's token is the last key or common prefix of the page before. */
export function list({ spec, objects }: Bucket, { query }: S3Request): S3Answer {
  const given = (name: string): string | undefined => query.get(name) ?? undefined;
  const prefix = given('prefix') ?? '';
  const delimiter = given('delimiter') ?? '';
  const token = given('continuation-token');
  const after = token === undefined ? (given('start-after') ?? '') : Buffer.from(token, 'base64url').toString('utf8');
  const inUrl = given('encoding-type') === 'url';
  const encode = (text: string) => (inUrl ? encodeURIComponent(text).replaceAll('%2F', '/') : text);
  const size = Math.min(Number(given('max-keys') ?? pageMax), pageMax);

  const folderOf = (key: string): string | undefined => {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    return end < 0 ? undefined : key.slice(0, end + delimiter.length);
  };
  const rows = objects.list(prefix).map(({ key, version }) => ({ name: folderOf(key) ?? key, key, version }));
  const distinct = rows.filter(({ name }, index) => name !== rows[index - 1]?.name);
  const rest = distinct.slice(
    distinct.findLastIndex(({ name }) => Buffer.compare(Buffer.from(name), Buffer.from(after)) <= 0) + 1,
  );
  const page = rest.slice(0, size);
  const isTruncated = page.length < rest.length;
  const last = page.at(-1)?.name ?? '';
  return answers.document('ListBucketResult', {
    Name: spec.name,
    Prefix: encode(prefix),
    Delimiter: given('delimiter'),
    EncodingType: given('encoding-type'),
    StartAfter: given('start-after'),
    ContinuationToken: token,
    NextContinuationToken: isTruncated ? Buffer.from(last).toString('base64url') : undefined,
    KeyCount: page.length,
    MaxKeys: size,
    IsTruncated: isTruncated,
    Contents: page
      .filter(({ name, key }) => name === key)
      .map(({ key, version }) => ({
        Key: encode(key),
        LastModified: new Date(version.at).toISOString(),
        ETag: version.etag,
        Size: version.bytes,
        StorageClass: 'STANDARD',
      })),
    CommonPrefixes: page.filter(({ name, key }) => name !== key).map(({ name }) => ({ Prefix: encode(name) })),
  });
}
