import type { S3Answer } from './answers.ts';
import * as answers from './answers.ts';
import { type Bucket, versionHeader } from './bucket.ts';
import { contradicted } from './integrity.ts';
import { bodyHeadersOf, keptOf } from './kept-headers.ts';
import { readCopySource, type S3Request } from './request.ts';

/** Another value than this one does not come so far. */
const onlyIfNew = ({ headers }: S3Request): boolean => headers['if-none-match'] === '*';

export async function put(bucket: Bucket, request: S3Request, given: Buffer): Promise<S3Answer> {
  const wrong = contradicted(request.headers, given);
  if (wrong !== undefined) return answers.badDigest(wrong);
  const { spec, blobs, mintId, add } = bucket;
  const id = mintId();
  const headers = bodyHeadersOf(request.headers, given);
  const told = await blobs.send({ method: 'PUT', bucket: spec.name, id, headers, body: given });
  if (told.status !== 200) return passed(told);
  const kept = keptOf(request.headers);
  const added = await add({ key: request.key, id, kept, by: 'Put', onlyIfNew: onlyIfNew(request) });
  if (added === 'exists') return answers.preconditionFailed();
  return { status: 200, headers: { ...checksumsOf(told.headers), ...added.headers, etag: added.etag } };
}

/** @param sourceOf the bucket of a name. */
export async function copy(
  bucket: Bucket,
  request: S3Request,
  sourceOf: (name: string) => Bucket | undefined,
): Promise<S3Answer> {
  const source = readCopySource(String(request.headers['x-amz-copy-source']));
  const from = source && sourceOf(source.bucket);
  if (source === undefined || from === undefined) return answers.noSuchBucket();
  const { key, versionId } = source;
  const version = versionId === undefined ? from.objects.current(key) : from.objects.version(key, versionId);
  if (version === undefined) return versionId === undefined ? answers.noSuchKey() : answers.noSuchVersion();
  const { spec, blobs, mintId, add, now } = bucket;
  const id = mintId();
  const headers = { 'x-amz-copy-source': `/${from.spec.name}/${version.id}` };
  const told = await blobs.send({ method: 'PUT', bucket: spec.name, id, headers });
  if (told.status !== 200) return passed(told);
  const replaces = request.headers['x-amz-metadata-directive'] === 'REPLACE';
  const kept = replaces ? keptOf(request.headers) : version.kept;
  const added = await add({ key: request.key, id, kept, by: 'Copy', onlyIfNew: onlyIfNew(request) });
  if (added === 'exists') return answers.preconditionFailed();
  const result = { ETag: added.etag, LastModified: new Date(now()).toISOString() };
  return answers.document('CopyObjectResult', result, {
    ...added.headers,
    ...(from.spec.versioned && { 'x-amz-copy-source-version-id': version.id }),
  });
}

/** With versioning the object is only hidden behind a marker. */
export async function remove({ spec, objects, blobs, mintId, now }: Bucket, { key }: S3Request): Promise<S3Answer> {
  const id = mintId();
  const removed = objects.add(key, { id, deleted: true, etag: '', bytes: 0, at: now(), kept: {} });
  if (removed !== undefined) await blobs.send({ method: 'DELETE', bucket: spec.name, id: removed.id });
  return {
    status: 204,
    headers: { ...versionHeader(spec, id), ...(spec.versioned && { 'x-amz-delete-marker': 'true' }) },
  };
}

/** What the emulator has against a request, in its own words. */
export const passed = ({ status, body }: { status: number; body: string }): S3Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body,
});

export const checksumsOf = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('x-amz-checksum-') && typeof value === 'string' ? [[name, value]] : [],
    ),
  );
