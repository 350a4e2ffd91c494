import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3Client } from '../../../submit/stack.ts';
import { uploadFile } from '../../../submit/upload-file.ts';
import { credentials } from './played-gateway.ts';

const bucket = 'uploads';
const mebibyte = 2 ** 20;
let emulator: Awaited<ReturnType<typeof startFauxqs>>;
let s3: ReturnType<typeof createS3Client>;

beforeAll(async () => {
  emulator = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false, init: { buckets: [bucket] } });
  const s3Endpoint = `http://127.0.0.1:${emulator.port}`;
  s3 = createS3Client({ apiUrl: '', uploadsBucket: bucket, region: 'ap-northeast-2', credentials, s3Endpoint });
});
afterAll(async () => {
  s3.destroy();
  await emulator.stop();
});

const left = async () => {
  const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return { objects: KeyCount, begun: Uploads.length };
};

describe('an upload that is broken off', () => {
  it('between two parts leaves neither an object nor parts behind', async () => {
    const { signal, abort } = abortable();
    const body = Buffer.alloc(40 * mebibyte, 'x');
    await expect(uploadFile({ s3, bucket, key: 'incoming/a.csv', body, onSent: abort, signal })).rejects.toThrow(
      /abort/i,
    );
    expect(await left()).toEqual({ objects: 0, begun: 0 });
  });

  it('before it begins sends nothing', async () => {
    const { signal, abort } = abortable();
    abort();
    await expect(uploadFile({ s3, bucket, key: 'incoming/b.csv', body: Buffer.from('x'), signal })).rejects.toThrow();
    expect(await left()).toEqual({ objects: 0, begun: 0 });
  });
});

it('tells how many bytes are sent, part by part', async () => {
  const told: number[] = [];
  const body = Buffer.alloc(9 * mebibyte, 'x');
  await uploadFile({ s3, bucket, key: 'incoming/c.csv', body, onSent: (bytes) => told.push(bytes) });
  expect(told.at(-1)).toBe(body.length);
  const { ContentLength } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'incoming/c.csv' }));
  expect(ContentLength).toBe(body.length);
});

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
