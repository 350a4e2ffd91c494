import * as z from 'zod';
import type { S3Answer } from './answers.ts';
import * as answers from './answers.ts';
import type { Bucket } from './bucket.ts';
import { contradicted } from './integrity.ts';
import { bodyHeadersOf, keptOf } from './kept-headers.ts';
import type { S3Request } from './request.ts';
import { checksumsOf, passed } from './writes.ts';

// Uploads in parts. The emulator puts the parts together; which object they become is kept here.

const begun = z.string().transform((body, context) => {
  const [, uploadId] = /<UploadId>([^<]+)<\/UploadId>/.exec(body) ?? [];
  if (uploadId !== undefined) return uploadId;
  context.addIssue({ code: 'custom', message: 'the emulator gave no upload ID' });
  return z.NEVER;
});

export async function begin(bucket: Bucket, { key, headers }: S3Request): Promise<S3Answer> {
  const { spec, blobs, uploads, mintId } = bucket;
  const id = mintId();
  const algorithm = headers['x-amz-checksum-algorithm'];
  const told = await blobs.send({
    ...{ method: 'POST', bucket: spec.name, id, query: 'uploads' },
    headers: algorithm === undefined ? {} : { 'x-amz-checksum-algorithm': algorithm },
  });
  if (told.status !== 200) return passed(told);
  const uploadId = begun.parse(told.body);
  uploads.set(uploadId, { key, id, kept: keptOf(headers) });
  const content = { Bucket: spec.name, Key: key, UploadId: uploadId };
  return answers.document(
    'InitiateMultipartUploadResult',
    content,
    algorithm === undefined ? {} : { 'x-amz-checksum-algorithm': algorithm },
  );
}

export async function part(bucket: Bucket, request: S3Request, given: Buffer): Promise<S3Answer> {
  const upload = uploadOf(bucket, request);
  if (upload === undefined) return answers.noSuchUpload();
  const wrong = contradicted(request.headers, given);
  if (wrong !== undefined) return answers.badDigest(wrong);
  const told = await bucket.blobs.send({
    ...{ method: 'PUT', bucket: bucket.spec.name, id: upload.id },
    query: `partNumber=${Number(request.query.get('partNumber'))}&uploadId=${upload.uploadId}`,
    headers: bodyHeadersOf(request.headers, given),
    body: given,
  });
  if (told.status !== 200) return passed(told);
  return { status: 200, headers: { ...checksumsOf(told.headers), etag: told.headers.etag } };
}

export async function complete(bucket: Bucket, request: S3Request, given: Buffer): Promise<S3Answer> {
  const { spec, blobs, uploads, objects, add } = bucket;
  const upload = uploadOf(bucket, request);
  if (upload === undefined) return answers.noSuchUpload();
  const { key, id, uploadId } = upload;
  const onlyIfNew = request.headers['if-none-match'] === '*';
  // Refused so, the upload can still be completed or given up.
  if (onlyIfNew && objects.current(key) !== undefined) return answers.preconditionFailed();
  const told = await blobs.send({
    ...{ method: 'POST', bucket: spec.name, id, query: `uploadId=${uploadId}`, body: given },
    headers: { 'content-type': 'application/xml', 'content-length': given.length },
  });
  if (told.status !== 200) return passed(told);
  uploads.delete(uploadId);
  const added = await add({ key, id, kept: upload.kept, by: 'CompleteMultipartUpload', onlyIfNew });
  if (added === 'exists') return answers.preconditionFailed();
  const content = { Location: `/${spec.name}/${key}`, Bucket: spec.name, Key: key, ETag: added.etag };
  return answers.document('CompleteMultipartUploadResult', content, added.headers);
}

export async function abort(bucket: Bucket, request: S3Request): Promise<S3Answer> {
  const upload = uploadOf(bucket, request);
  if (upload === undefined) return answers.noSuchUpload();
  const { id, uploadId } = upload;
  const told = await bucket.blobs.send({
    ...{ method: 'DELETE', bucket: bucket.spec.name, id, query: `uploadId=${uploadId}` },
  });
  if (told.status >= 300) return passed(told);
  bucket.uploads.delete(uploadId);
  return { status: 204, headers: {} };
}

function uploadOf({ uploads }: Bucket, { key, query }: S3Request) {
  const uploadId = query.get('uploadId') ?? '';
  const upload = uploads.get(uploadId);
  return upload?.key === key ? { ...upload, uploadId } : undefined;
}
