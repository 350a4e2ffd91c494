import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BucketCloud, s3MaySend, startBucketCloud } from './bucket-cloud.ts';

let s3: BucketCloud;
let Bucket = '';
beforeEach(async () => {
  s3 = await startBucketCloud();
  Bucket = s3.uploads;
});
afterEach(() => s3.close());

const put = (Key: string, Body = 'x') => s3.outsider.send(new PutObjectCommand({ Bucket, Key, Body }));
const keys = async () => (await s3.events()).map((event) => event.s3.object.key);

describe('the queue is told', () => {
  beforeEach(() => s3.messages());

  it('of what was put under the prefix, as S3 tells it', async () => {
    const { VersionId, ETag = '' } = await put('incoming/카드 목록+1.csv', 'twelve bytes');
    await put('reports/not-told');
    expect(await s3.events()).toEqual([
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'ap-northeast-2',
        eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        eventName: 'ObjectCreated:Put',
        userIdentity: expect.any(Object),
        requestParameters: expect.any(Object),
        responseElements: expect.any(Object),
        s3: {
          object: {
            key: 'incoming/%EC%B9%B4%EB%93%9C+%EB%AA%A9%EB%A1%9D%2B1.csv',
            size: 12,
            eTag: ETag.replaceAll('"', ''),
            versionId: VersionId,
            sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
          },
        },
      },
    ]);
  });

  it('how an object came to be: copied, or put together of parts', async () => {
    await put('elsewhere');
    const Key = 'incoming/parts';
    await s3.outsider.send(new CopyObjectCommand({ Bucket, Key: 'incoming/copy', CopySource: `${Bucket}/elsewhere` }));
    const { UploadId } = await s3.outsider.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const { ETag } = await s3.outsider.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'all of it' }),
    );
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.outsider.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
    const events = await s3.events();
    expect(events.map(({ eventName }) => eventName)).toEqual([
      'ObjectCreated:Copy',
      'ObjectCreated:CompleteMultipartUpload',
    ]);
    const [earlier = '', later = ''] = events.map(({ s3: { object } }) => String(object['sequencer']));
    expect(earlier < later).toBe(true);
  });

  it('twice, never, or without the version, when that is asked for, and once of the next', async () => {
    const kinds = ['twice', 'lost', 'without_version'] as const;
    s3.cloud.eventFaults.set(kinds.map((kind) => ({ fault: { kind }, times: 1 })));
    for (const name of ['twice', 'lost', 'without', 'well']) await put(`incoming/${name}`);
    const events = await s3.events();
    expect(events.map((event) => event.s3.object.key)).toEqual([
      'incoming/twice',
      'incoming/twice',
      'incoming/without',
      'incoming/well',
    ]);
    expect(events.map((event) => 'versionId' in event.s3.object)).toEqual([true, true, false, true]);
  });

  it('of no copy, when another process wants it so', async () => {
    const rules = JSON.stringify([{ fault: { kind: 'lost' }, operation: 'ObjectCreated:Copy' }]);
    await fetch(`${s3.cloud.s3Endpoint}/_faults/events`, { method: 'PUT', body: rules });
    await put('incoming/one');
    await s3.outsider.send(
      new CopyObjectCommand({ Bucket, Key: 'incoming/two', CopySource: `${Bucket}/incoming/one` }),
    );
    expect(await keys()).toEqual(['incoming/one']);
    expect(s3.cloud.eventFaults.struck()).toBe(1);
  });

  it('nothing of a put that was refused', async () => {
    await put('incoming/once');
    const again = new PutObjectCommand({ Bucket, Key: 'incoming/once', Body: 'y', IfNoneMatch: '*' });
    await expect(s3.outsider.send(again)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await keys()).toEqual(['incoming/once']);
  });
});

it('is tried with an event of its own kind when the bucket is made', async () => {
  const [body = '', ...more] = await s3.messages();
  expect([JSON.parse(body), more]).toEqual([
    expect.objectContaining({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket }),
    [],
  ]);
});

it.each([
  ['no policy', { queuePolicy: [] }],
  [
    'a policy for buckets of another account',
    { queuePolicy: [{ ...s3MaySend, Condition: { StringEquals: { 'aws:SourceAccount': '444455556666' } } }] },
  ],
  [
    'a policy that names another queue',
    { queuePolicy: [{ ...s3MaySend, Resource: 'arn:aws:sqs:ap-northeast-2:111122223333:another' }] },
  ],
  ['the policy of another queue', { queueOfPolicy: 'http://127.0.0.1:1/111122223333/another' }],
])('cannot be told with %s: the boot fails, as the deployment would', async (_, policy) => {
  await expect(startBucketCloud(policy)).rejects.toThrow('Unable to validate the following destination configurations');
});
