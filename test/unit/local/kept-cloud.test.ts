import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';
import { noJournal, openJournalFile } from '../../../infra/local/process/journal-file.ts';
import { startBucketCloud } from './bucket-cloud.ts';

// What the services hold, from one local cloud to the next.

let dataDirectory: string;
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'kept-cloud-'));
});
afterEach(() => rm(dataDirectory, { recursive: true }));

const start = () => startBucketCloud({ dataDirectory });
type Cloud = Awaited<ReturnType<typeof start>>;

const bytesOf = async ({ outsider, uploads: Bucket }: Cloud, Key: string, VersionId?: string): Promise<string> => {
  const { Body } = await outsider.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return (await Body?.transformToString()) ?? '';
};

/** S3 also tells, once a boot, that it may tell. */
const keysTold = async ({ messages }: Cloud): Promise<string[]> =>
  (await messages()).flatMap((body) => /"key":"([^"]+)"/.exec(body)?.[1] ?? []);

// failures: F022
it('are objects in all their versions, deleted ones deleted, and uploads in parts that had begun', async () => {
  const first = await start();
  const { outsider, uploads: Bucket } = first;
  const Key = 'incoming/카드.csv';
  const put = (Body: string, key = Key) => outsider.send(new PutObjectCommand({ Bucket, Key: key, Body }));
  const { VersionId } = await put('old');
  await put('new');
  await put('gone', 'gone.csv');
  await outsider.send(new DeleteObjectCommand({ Bucket, Key: 'gone.csv' }));
  const { UploadId } = await outsider.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts.csv' }));
  const of = { Bucket, Key: 'parts.csv', UploadId };
  const { ETag } = await outsider.send(new UploadPartCommand({ ...of, PartNumber: 1, Body: 'part' }));
  await first.close();

  const second = await start();
  expect(second.uploads).toBe(Bucket);
  expect([await bytesOf(second, Key), await bytesOf(second, Key, VersionId)]).toEqual(['new', 'old']);
  await expect(bytesOf(second, 'gone.csv')).rejects.toThrow();
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  await second.outsider.send(new CompleteMultipartUploadCommand({ ...of, MultipartUpload }));
  expect(await bytesOf(second, 'parts.csv')).toBe('part');
  await second.close();
});

// failures: F022
it('are the events that nobody has taken yet, and the items of tables', async () => {
  const first = await start();
  const { outsider, uploads: Bucket } = first;
  await outsider.send(new PutObjectCommand({ Bucket, Key: 'incoming/told.csv', Body: 'x' }));
  const item = { pk: { S: 'REQUEST#1' }, sk: { S: 'REQUEST' } };
  const inTable = async ({ cloud }: Cloud, act: (dynamodb: DynamoDBClient) => Promise<unknown>) => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const dynamodb = new DynamoDBClient({ endpoint: cloud.dynamodbEndpoint, region: cloud.region, credentials });
    return act(dynamodb).finally(() => dynamodb.destroy());
  };
  await inTable(first, (dynamodb) =>
    dynamodb.send(new PutItemCommand({ TableName: first.cloud.tableName, Item: item })),
  );
  await first.close();

  const second = await start();
  expect(await keysTold(second)).toEqual(['incoming/told.csv']);
  const get = new GetItemCommand({ TableName: second.cloud.tableName, Key: item });
  expect(await inTable(second, (dynamodb) => dynamodb.send(get))).toMatchObject({ Item: item });
  await second.close();
});

it('are events of which nobody was told before the end', async () => {
  const first = await start();
  const { uploads } = first;
  await first.close();
  const version = { id: 'untold', deleted: false, etag: '"e"', bytes: 1, at: 1, kept: {} };
  const lines = [
    { what: 'created', id: 'untold', by: 'Put' },
    { what: 'version', key: 'incoming/untold.csv', version },
  ];
  await appendFile(
    join(dataDirectory, `s3-${uploads}.jsonl`),
    `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`,
  );
  const second = await start();
  expect(await keysTold(second)).toEqual(['incoming/untold.csv']);
  await second.close();
});

it('ends with the last line that is whole', async () => {
  const path = join(dataDirectory, 'journal.jsonl');
  const open = () => openJournalFile(path, z.object({ n: z.number() }));
  open().append({ n: 1 });
  await appendFile(path, '{"n":2');
  expect(open().lines).toEqual([{ n: 1 }]);
  open().append({ n: 3 });
  expect(open().lines).toEqual([{ n: 1 }, { n: 3 }]);
  await appendFile(path, '{"m":2}\n');
  expect(open).toThrow();
  expect(noJournal.lines).toEqual([]);
});
