import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BucketCloud, startBucketCloud } from './bucket-cloud.ts';

let s3: BucketCloud;
let Bucket = '';
beforeAll(async () => {
  s3 = await startBucketCloud();
  Bucket = s3.uploads;
});
afterAll(() => s3.close());

const put = (Key: string, Body: string | Readable, more: object = {}) =>
  s3.outsider.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (Key: string, more: object = {}): Promise<string | undefined> => {
  const { Body } = await s3.outsider.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Body?.transformToString();
};
const hash = (algorithm: string) => (text: string) => createHash(algorithm).update(text).digest();
const md5 = (text: string): string => `"${hash('md5')(text).toString('hex')}"`;
const sums: Readonly<Record<string, (text: string) => Buffer>> = {
  ContentMD5: hash('md5'),
  ChecksumCRC32: (text) => Buffer.from(crc32(text).toString(16).padStart(8, '0'), 'hex'),
  ChecksumSHA1: hash('sha1'),
  ChecksumSHA256: hash('sha256'),
};

describe('an object', () => {
  it.each([
    'incoming/plain.csv',
    'incoming/a b+c%20d&e=f?g#h.csv',
    'incoming/한국어 파일 (주)㈜.csv',
    'incoming/../up/./here//there.csv',
    "incoming/it's!*.csv",
    `incoming/${'long/'.repeat(200)}`,
  ])('is given back as it was put, under the key %s', async (key) => {
    const { ETag } = await put(key, `of ${key}`);
    expect(ETag).toBe(md5(`of ${key}`));
    expect(await get(key)).toBe(`of ${key}`);
  });

  it('keeps its type and what else was told of it', async () => {
    const told = { ContentType: 'application/x-amz-json-1.0', ContentEncoding: 'gzip', Metadata: { who: 'me' } };
    await put('kept', '{}', told);
    await put('untold', '{}');
    const head = (Key: string) => s3.outsider.send(new HeadObjectCommand({ Bucket, Key }));
    expect(await head('kept')).toMatchObject({ ...told, ContentLength: 2, ETag: md5('{}') });
    expect(await head('untold')).toMatchObject({ ContentType: 'application/octet-stream', Metadata: {} });
  });

  it('may be empty, or a stream of bytes that are no text', async () => {
    await put('empty', '');
    expect(await get('empty')).toBe('');
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256));
    const Body = Readable.from([bytes.subarray(0, 70_001), bytes.subarray(70_001)]);
    const ContentMD5 = createHash('md5').update(bytes).digest('base64');
    await put('bytes', Body, { ContentLength: bytes.length, ContentMD5 });
    const answer = await s3.outsider.send(new GetObjectCommand({ Bucket, Key: 'bytes' }));
    expect(answer.ContentEncoding).toBeUndefined();
    expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });

  it.each([{ 'content-encoding': 'aws-chunked' }, { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }])(
    'is put together of signed chunks, told of by %j',
    async (headers) => {
      const signed = `chunk-signature=${'a'.repeat(64)}`;
      const body = `5;${signed}\r\nchunk\r\n1;${signed}\r\ns\r\n0;${signed}\r\n\r\n`;
      const url = `${s3.cloud.s3Endpoint}/${Bucket}/chunks`;
      const { status } = await fetch(url, { method: 'PUT', headers, body });
      expect([status, await get('chunks')]).toEqual([200, 'chunks']);
    },
  );

  it('is given in part, and only if it is the very one that was asked for', async () => {
    const { ETag = '' } = await put('part', '0123456789');
    expect(await get('part', { Range: 'bytes=2-4' })).toBe('234');
    expect(await get('part', { Range: 'bytes=-2', IfMatch: ETag })).toBe('89');
    expect(await get('part', { IfMatch: ETag.replaceAll('"', '') })).toBe('0123456789');
    await expect(get('part', { IfMatch: md5('other') })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(get('part', { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(get('part', { Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it.each(['ContentMD5', 'ChecksumCRC32', 'ChecksumSHA1', 'ChecksumSHA256'])(
    'is not taken when the %s of its sender is of something else',
    async (sum) => {
      const of = (text: string) => ({ [sum]: sums[sum]?.(text).toString('base64') });
      await put(sum, 'well', of('well'));
      await expect(put(sum, 'damaged', of('sent'))).rejects.toMatchObject({ name: 'BadDigest' });
      expect(await get(sum)).toBe('well');
    },
  );

  it('is not put again where there is one, if so asked', async () => {
    await put('once', 'first', { IfNoneMatch: '*' });
    await expect(put('once', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await get('once')).toBe('first');
    const rivals = await Promise.allSettled(['a', 'b', 'c'].map((body) => put('rivals', body, { IfNoneMatch: '*' })));
    expect(rivals.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is gone when it is deleted', async () => {
    await put('gone', 'x');
    await s3.outsider.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    await expect(get('gone')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(get('never')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(get('x', { Bucket: 'no-such-bucket' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('stands in the list: by prefix, in folders, page after page', async () => {
    for (const key of ['list/b', 'list/a/2', 'list/a/1', 'list/ㄱ&', 'list/c']) await put(key, key);
    const page = (more: object) => s3.outsider.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', ...more }));
    const keysOf = ({ Contents = [] }: Awaited<ReturnType<typeof page>>) => Contents.map(({ Key }) => Key);
    expect(keysOf(await page({}))).toEqual(['list/a/1', 'list/a/2', 'list/b', 'list/c', 'list/ㄱ&']);
    expect(keysOf(await page({ StartAfter: 'list/a/3' }))).toEqual(['list/b', 'list/c', 'list/ㄱ&']);
    const folders = await page({ Delimiter: '/', EncodingType: 'url' });
    expect(folders).toMatchObject({ KeyCount: 4, CommonPrefixes: [{ Prefix: 'list/a/' }], IsTruncated: false });
    const first = await page({ MaxKeys: 2, Delimiter: '/' });
    expect([keysOf(first), first.IsTruncated]).toEqual([['list/b'], true]);
    const rest = await page({ MaxKeys: 2, Delimiter: '/', ContinuationToken: first.NextContinuationToken });
    expect([keysOf(rest), rest.IsTruncated]).toEqual([['list/c', 'list/ㄱ&'], false]);
    expect(rest.Contents?.[0]).toMatchObject({ Size: 6, ETag: md5('list/c') });
  });
});

describe('each version of an object', () => {
  it('can be had, whatever came after it', async () => {
    const { VersionId: one } = await put('versions', 'one');
    const { VersionId: two } = await put('versions', 'two');
    const { VersionId: marker, DeleteMarker } = await s3.outsider.send(
      new DeleteObjectCommand({ Bucket, Key: 'versions' }),
    );
    expect([one, two, marker].every((id) => /^[\w-]{32}$/.test(id ?? ''))).toBe(true);
    expect([new Set([one, two, marker]).size, DeleteMarker]).toEqual([3, true]);
    expect(await get('versions', { VersionId: one })).toBe('one');
    const head = await s3.outsider.send(new HeadObjectCommand({ Bucket, Key: 'versions', VersionId: two }));
    expect(head).toMatchObject({ VersionId: two, ETag: md5('two') });
    await expect(get('versions', { VersionId: 'of-another-object' })).rejects.toMatchObject({ name: 'NoSuchVersion' });
    await put('versions', 'three', { IfNoneMatch: '*' });
    expect(await get('versions')).toBe('three');
  });

  it('is forgotten by a bucket without versioning', async () => {
    const first = await put('plain', 'one', { Bucket: s3.plain });
    await put('plain', 'two', { Bucket: s3.plain });
    expect(first.VersionId).toBeUndefined();
    expect(await get('plain', { Bucket: s3.plain })).toBe('two');
  });
});
