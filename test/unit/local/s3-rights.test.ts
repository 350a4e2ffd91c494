import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { credentialsOf } from '../../../infra/local/lambda/credentials.ts';
import { type BucketCloud, startBucketCloud } from './bucket-cloud.ts';

let s3: BucketCloud;
let Bucket = '';
let VersionId: string | undefined;
beforeAll(async () => {
  s3 = await startBucketCloud();
  Bucket = s3.uploads;
  const sent = await s3.outsider.send(new PutObjectCommand({ Bucket, Key: 'incoming/한 장.csv', Body: 'a,b' }));
  VersionId = sent.VersionId;
});
afterAll(() => s3.close());

const denied = (action: string) => ({
  name: 'AccessDenied',
  message: expect.stringContaining(`is not authorized to perform: ${action} on resource: arn:aws:s3:::${Bucket}`),
  $metadata: expect.objectContaining({ httpStatusCode: 403 }),
});

describe('a function', () => {
  it('reads and writes where its role lets it, and that is remembered', async () => {
    const Key = 'incoming/한 장.csv';
    for (const version of [undefined, VersionId]) {
      const { Body } = await s3.worker.send(new GetObjectCommand({ Bucket, Key, VersionId: version }));
      expect(await Body?.transformToString()).toBe('a,b');
    }
    await s3.worker.send(new PutObjectCommand({ Bucket, Key: "reports/a b(c)'+~.csv", Body: 'x' }));
    const grant = (action: string, prefix: string) => ({
      ...{ function: 'worker', action, resource: `arn:aws:s3:::${Bucket}/${prefix}*` },
    });
    expect(s3.cloud.usedGrants()).toEqual([
      grant('s3:GetObject', 'incoming/'),
      grant('s3:GetObjectVersion', 'incoming/'),
      grant('s3:PutObject', 'reports/'),
    ]);
  });

  it('is denied what its role does not say', async () => {
    const { worker } = s3;
    const key = (Key: string) => ({ Bucket, Key });
    await expect(worker.send(new GetObjectCommand(key('reports/r')))).rejects.toMatchObject(denied('s3:GetObject'));
    await expect(worker.send(new PutObjectCommand({ ...key('incoming/x'), Body: '' }))).rejects.toMatchObject(
      denied('s3:PutObject'),
    );
    await expect(worker.send(new CreateMultipartUploadCommand(key('incoming/x')))).rejects.toMatchObject(
      denied('s3:PutObject'),
    );
    await expect(worker.send(new DeleteObjectCommand(key('reports/r')))).rejects.toMatchObject(
      denied('s3:DeleteObject'),
    );
    await expect(worker.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(denied('s3:ListBucket'));
  });

  it('does not learn that an object is missing in a bucket that it may not list', async () => {
    const missing = s3.worker.send(new GetObjectCommand({ Bucket, Key: 'incoming/missing' }));
    await expect(missing).rejects.toMatchObject(denied('s3:ListBucket'));
  });

  it('is denied with a signature that is not its own', async () => {
    const { accessKeyId } = credentialsOf({ name: z.string().parse(s3.cloud.functions['worker']) });
    const forger = new S3Client({
      ...{ endpoint: s3.cloud.s3Endpoint, region: s3.cloud.region },
      credentials: { accessKeyId, secretAccessKey: 'guessed' },
    });
    const forged = forger.send(new GetObjectCommand({ Bucket, Key: 'incoming/x' }));
    await expect(forged).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });

  it('is told where S3 and SQS are', async () => {
    const outcome = await s3.cloud.invoke('worker');
    expect(outcome.result === 'returned' && JSON.parse(outcome.payload)).toMatchObject({
      AWS_ENDPOINT_URL_S3: s3.cloud.s3Endpoint,
      AWS_ENDPOINT_URL_SQS: s3.cloud.sqsEndpoint,
    });
  });
});

describe('what the local cloud does not have is refused, not left out:', () => {
  const refused = { name: 'NotImplemented' };
  const object = () => ({ Bucket, Key: 'incoming/한 장.csv' });

  it('operations', async () => {
    const { outsider } = s3;
    await expect(outsider.send(new ListBucketsCommand({}))).rejects.toMatchObject(refused);
    await expect(outsider.send(new GetObjectTaggingCommand(object()))).rejects.toMatchObject(refused);
    const remove = new DeleteObjectCommand({ ...object(), VersionId });
    await expect(outsider.send(remove)).rejects.toMatchObject(refused);
  });

  it.each([{ Tagging: 'a=b' }, { IfMatch: '"x"' }, { IfNoneMatch: '"x"' }, { SSECustomerAlgorithm: 'AES256' }])(
    'to put with %j',
    async (option) => {
      const put = new PutObjectCommand({ ...object(), Body: '', ...option });
      await expect(s3.outsider.send(put)).rejects.toMatchObject(refused);
    },
  );

  it.each([{ IfModifiedSince: new Date(0) }, { IfUnmodifiedSince: new Date(0) }])('to get with %j', async (option) => {
    const get = new GetObjectCommand({ ...object(), ...option });
    await expect(s3.outsider.send(get)).rejects.toMatchObject(refused);
  });

  it('to copy under a condition', async () => {
    const CopySource = `${Bucket}/incoming/x`;
    const copy = new CopyObjectCommand({ ...object(), CopySource, CopySourceIfMatch: '"x"' });
    await expect(s3.outsider.send(copy)).rejects.toMatchObject(refused);
  });
});
