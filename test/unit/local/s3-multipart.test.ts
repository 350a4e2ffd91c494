import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BucketCloud, startBucketCloud } from './bucket-cloud.ts';

const MiB = 1024 * 1024;

let s3: BucketCloud;
let Bucket = '';
beforeAll(async () => {
  s3 = await startBucketCloud();
  Bucket = s3.uploads;
});
afterAll(() => s3.close());

async function beginAs(client: BucketCloud['worker'], Key: string) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const given = { Bucket, Key, UploadId };
  const { ETag } = await client.send(new UploadPartCommand({ ...given, PartNumber: 1, Body: 'only' }));
  return { ...given, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
}

describe('an upload in parts', () => {
  it('takes a file of 100 MB from a stream that the SDK cuts, signed by a function', async () => {
    const sum = createHash('sha256');
    async function* pieces() {
      for (let index = 0; index < 100; index += 1) {
        const piece = Buffer.alloc(MiB, index);
        sum.update(piece);
        yield piece;
      }
    }
    const params = { Bucket, Key: 'reports/large', Body: Readable.from(pieces()) };
    const upload = new Upload({ client: s3.worker, params, partSize: 8 * MiB, queueSize: 2 });
    const { VersionId } = await upload.done();
    const { Body, ContentLength, ETag } = await s3.outsider.send(
      new GetObjectCommand({ Bucket, Key: 'reports/large', VersionId }),
    );
    expect([ContentLength, ETag]).toEqual([100 * MiB, expect.stringMatching(/^"[0-9a-f]{32}-13"$/)]);
    const got = createHash('sha256').update((await Body?.transformToByteArray()) ?? '');
    expect(got.digest('hex')).toBe(sum.digest('hex'));
  });

  it('is no object before it is complete, and none when it was given up', async () => {
    const begun = await beginAs(s3.worker, 'reports/aborted');
    const get = () => s3.outsider.send(new GetObjectCommand({ Bucket, Key: 'reports/aborted' }));
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchKey' });
    await s3.worker.send(new AbortMultipartUploadCommand(begun));
    await expect(s3.worker.send(new CompleteMultipartUploadCommand(begun))).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('is of one key alone', async () => {
    const begun = await beginAs(s3.worker, 'reports/mine');
    const other = { ...begun, Key: 'reports/other' };
    for (const command of [new CompleteMultipartUploadCommand(other), new AbortMultipartUploadCommand(other)])
      await expect(s3.worker.send(command)).rejects.toMatchObject({ name: 'NoSuchUpload' });
    await s3.worker.send(new CompleteMultipartUploadCommand(begun));
  });

  it('does not take a part that is not what its sender summed up', async () => {
    const { UploadId } = await s3.worker.send(new CreateMultipartUploadCommand({ Bucket, Key: 'reports/damaged' }));
    const given = { Bucket, Key: 'reports/damaged', UploadId, PartNumber: 1, Body: 'damaged' };
    const ContentMD5 = createHash('md5').update('sent').digest('base64');
    const sent = s3.worker.send(new UploadPartCommand({ ...given, ContentMD5 }));
    await expect(sent).rejects.toMatchObject({ name: 'BadDigest' });
  });

  it('does not take the place of an object, if so asked', async () => {
    const begun = await beginAs(s3.worker, 'reports/once');
    await s3.outsider.send(new PutObjectCommand({ Bucket, Key: 'reports/once', Body: 'first' }));
    const completed = s3.worker.send(new CompleteMultipartUploadCommand({ ...begun, IfNoneMatch: '*' }));
    await expect(completed).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await s3.worker.send(new CompleteMultipartUploadCommand(begun));
    const { Body } = await s3.outsider.send(new GetObjectCommand({ Bucket, Key: 'reports/once' }));
    expect(await Body?.transformToString()).toBe('only');
  });

  it('is the way for what is too large at once', async () => {
    const put = new PutObjectCommand({ Bucket, Key: 'reports/too-large', Body: Buffer.alloc(11 * MiB + 1) });
    await expect(s3.worker.send(put)).rejects.toThrow('upload a larger file in parts');
  });
});
