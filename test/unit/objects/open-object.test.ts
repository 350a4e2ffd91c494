import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { UploadedObject } from '../../../shared/limit-increase/upload.ts';
import { createOpenObject } from '../../../shared/objects/open-object.ts';
import { ObjectOutOfReach } from '../../../shared/objects/out-of-reach.ts';
import { type ObjectStore, startObjectStore } from '../../support/object-store.ts';

let store: ObjectStore;
let bucket: string;
beforeAll(async () => {
  store = await startObjectStore();
  bucket = store.bucket('uploads');
});
afterEach(() => store.interfere(() => false));
afterAll(() => store.stop());

async function upload(key: string, body: string | Uint8Array): Promise<UploadedObject> {
  const { ETag = '' } = await store.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  return { bucket, key, eTag: ETag.replaceAll('"', '') };
}

const read = async (object: UploadedObject): Promise<Buffer> => buffer(await createOpenObject(store.s3)(object));

const answerWith = (status: number, code: string) =>
  store.interfere((_, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
    return true;
  });

const refusal = async (object: UploadedObject): Promise<string> => {
  const error = await read(object).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ObjectOutOfReach);
  return error instanceof ObjectOutOfReach ? error.failure.reason : '';
};

describe('an object that was uploaded', () => {
  it.each(['incoming/plain.csv', 'incoming/코나 카드+100%.csv', 'incoming/a b/../c?.jsonl', 'incoming/%2E%2E/#1.csv'])(
    'is read under the key %s',
    async (key) => {
      const object = await upload(key, `bytes of ${key}`);
      expect((await read(object)).toString()).toBe(`bytes of ${key}`);
    },
  );

  it('is asked for by its version where it has one, and else by its ETag', async () => {
    const asked: unknown[] = [];
    store.interfere(({ url = '', headers }, response) => {
      asked.push({ version: new URL(url, 'http://s3').searchParams.get('versionId'), ifMatch: headers['if-match'] });
      response.end('x');
      return true;
    });
    await read({ bucket, key: 'incoming/a.csv', eTag: 'abc', versionId: 'v1' });
    await read({ bucket, key: 'incoming/a.csv', eTag: 'abc' });
    expect(asked).toEqual([
      { version: 'v1', ifMatch: undefined },
      { version: null, ifMatch: '"abc"' },
    ]);
  });

  it('is out of reach when it was overwritten or deleted', async () => {
    const first = await upload('incoming/twice.csv', 'first');
    const second = await upload('incoming/twice.csv', 'second');
    expect(await refusal(first)).toBe('object_overwritten');
    expect((await read(second)).toString()).toBe('second');
    expect(await refusal({ ...second, key: 'incoming/never.csv' })).toBe('object_gone');
  });

  it.each([
    [403, 'AccessDenied', 'object_forbidden'],
    [404, 'NoSuchVersion', 'object_gone'],
    [405, 'MethodNotAllowed', 'object_gone'],
    [400, 'InvalidRequest', 'object_encrypted'],
    [403, 'InvalidObjectState', 'object_archived'],
    // failures: F031
  ])('is out of reach when S3 answers %i %s', async (status, code, reason) => {
    answerWith(status, code);
    expect(await refusal({ bucket, key: 'incoming/a.csv', eTag: 'abc' })).toBe(reason);
  });

  it.each([
    [403, 'ExpiredToken'],
    [404, 'NoSuchBucket'],
    [503, 'SlowDown'],
  ])('is not blamed for a fault of the store, as %i %s', async (status, code) => {
    answerWith(status, code);
    const error = await read({ bucket, key: 'incoming/a.csv', eTag: 'abc' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: code });
  });
});

describe('a stream that breaks off', () => {
  const hang = async (times: number, bytes: Buffer) => {
    const object = await upload('incoming/long.csv', bytes);
    const ranges: unknown[] = [];
    store.interfere(({ headers }, response) => {
      ranges.push(headers.range);
      const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
      const rest = bytes.subarray(from);
      response.writeHead(from === 0 ? 200 : 206, { 'content-length': rest.length, etag: object.eTag });
      if (ranges.length > times) response.end(rest);
      else response.write(rest.subarray(0, 100_000), () => response.destroy());
      return true;
    });
    return { object, ranges };
  };

  // failures: F056
  it('is gone on with at the next byte, so that no byte is lost or read twice', async () => {
    const bytes = randomBytes(1_000_000);
    const { object, ranges } = await hang(5, bytes);
    const sha256 = (of: Buffer) => createHash('sha256').update(of).digest('hex');
    expect(sha256(await read(object))).toBe(sha256(bytes));
    expect(ranges).toHaveLength(6);
  });

  it('is a fault when it breaks off again and again', async () => {
    const { object } = await hang(Infinity, randomBytes(1_000_000));
    await expect(read(object)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
