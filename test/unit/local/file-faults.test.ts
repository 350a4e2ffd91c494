import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BucketCloud, startBucketCloud } from './bucket-cloud.ts';

// S3 and SQS on their bad days, as an SDK meets them that tries three times.

let cloud: BucketCloud;
let sqs: SQSClient;
let QueueUrl = '';
beforeAll(async () => {
  cloud = await startBucketCloud();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ endpoint: cloud.cloud.sqsEndpoint, region: cloud.cloud.region, credentials });
  QueueUrl = cloud.cloud.outputs['bellUrl'] ?? '';
  await cloud.messages();
});
afterAll(async () => {
  sqs.destroy();
  await cloud.close();
});

const put = (Key: string) =>
  cloud.outsider.send(new PutObjectCommand({ Bucket: cloud.uploads, Key, Body: '0123456789' }));
const get = async (Key: string) => {
  const { Body } = await cloud.outsider.send(new GetObjectCommand({ Bucket: cloud.uploads, Key }));
  return Body?.transformToString();
};

describe('S3', () => {
  it('is unavailable, and nothing was done', async () => {
    const { s3Faults } = cloud.cloud;
    s3Faults.set([{ fault: { kind: 'unavailable' }, operation: 'PutObject', times: 3 }]);
    await expect(put('unavailable')).rejects.toMatchObject({ name: 'SlowDown' });
    expect(s3Faults.struck()).toBe(3);
    await expect(get('unavailable')).rejects.toMatchObject({ name: 'NoSuchKey' });
    s3Faults.clear();
  });

  it('does what it was asked for and does not say so: the SDK asks again, and there are two events', async () => {
    cloud.cloud.s3Faults.set([{ fault: { kind: 'lost_acknowledgement' }, times: 1 }]);
    await put('incoming/twice');
    const events = await cloud.events();
    expect(events.map((event) => event.s3.object.key)).toEqual(['incoming/twice', 'incoming/twice']);
  });

  it('breaks off in the middle of an object', async () => {
    await put('broken');
    cloud.cloud.s3Faults.set([{ fault: { kind: 'broken_off', bytes: 4 }, times: 1 }]);
    await expect(get('broken')).rejects.toThrow();
    expect(await get('broken')).toBe('0123456789');
  });

  it('does not know faults of others', async () => {
    const rules = JSON.stringify([{ fault: { kind: 'throttle' } }]);
    const answer = await fetch(`${cloud.cloud.s3Endpoint}/_faults`, { method: 'PUT', body: rules });
    expect(answer.status).toBe(400);
  });
});

describe('SQS', () => {
  it('takes some entries of a batch and refuses the others', async () => {
    cloud.cloud.sqsFaults.set([{ fault: { kind: 'refused_entries', taken: 1 }, times: 1 }]);
    const Entries = ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id }));
    const { Successful = [], Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect([Successful.map(({ Id }) => Id), Failed.map(({ Id }) => Id)]).toEqual([['a'], ['b', 'c']]);
    expect(await cloud.messages()).toEqual(['a']);
  });

  it('is unavailable to a function that is named, and to no other', async () => {
    cloud.cloud.sqsFaults.set([{ fault: { kind: 'unavailable' }, caller: 'worker' }]);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'of another' }));
    expect(await cloud.messages()).toEqual(['of another']);
    cloud.cloud.sqsFaults.set([{ fault: { kind: 'unavailable' } }]);
    const sent = sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'of anyone' }));
    await expect(sent).rejects.toMatchObject({ $metadata: expect.objectContaining({ httpStatusCode: 503 }) });
    cloud.cloud.sqsFaults.clear();
    expect(await cloud.messages()).toEqual([]);
  });

  it('takes a message and does not say so, over HTTP set: the SDK sends it again', async () => {
    const rules = JSON.stringify([{ fault: { kind: 'lost_acknowledgement' }, operation: 'SendMessage', times: 1 }]);
    await fetch(`${cloud.cloud.sqsEndpoint}/_faults`, { method: 'PUT', body: rules });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'twice' }));
    expect(await cloud.messages()).toEqual(['twice', 'twice']);
  });
});
