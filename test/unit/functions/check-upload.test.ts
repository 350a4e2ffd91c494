import { gzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCheckUpload } from '../../../functions/ingest-upload/check-upload.ts';
import type { UploadedObject, UploadProgress } from '../../../shared/limit-increase/upload.ts';
import { createOpenObject } from '../../../shared/objects/open-object.ts';
import { createWriteOnce } from '../../../shared/objects/write-once.ts';
import { createReportFiles } from '../../../shared/reports/report-files.ts';
import { aPar, aRequestId } from '../../support/builders.ts';
import { type ObjectStore, startObjectStore } from '../../support/object-store.ts';

let store: ObjectStore;
let bucket: string;
let buckets = 0;
beforeAll(async () => {
  store = await startObjectStore();
});
beforeEach(() => {
  buckets += 1;
  bucket = store.bucket(`uploads-${buckets}`);
});
afterAll(() => store.stop());

const noProgress = async (): Promise<void> => undefined;

function check(object: UploadedObject, onProgress: (progress: UploadProgress) => Promise<void> = noProgress) {
  const lists = createReportFiles(createWriteOnce(store.s3, bucket));
  return createCheckUpload({ openObject: createOpenObject(store.s3), lists })(object, onProgress);
}

async function upload(key: string, body: string | Uint8Array): Promise<UploadedObject> {
  const { ETag = '' } = await store.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  return { bucket, key, eTag: ETag.replaceAll('"', '') };
}

const header = 'corporationName,bizLicenseNo,registrationNumber,affiliateId,par';
const row = (par: string) => `주식회사 코나,1168200276,1101110062432,,${par}`;
const file = [header, row(aPar(1)), row('too-short'), row(aPar(2)), row(aPar(1)), ''].join('\n');

async function read(name: string, key = 'a.csv'): Promise<string | undefined> {
  const Key = `reports/${key}/${aRequestId}/${name}`;
  const { Body } = await store.s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
  return Body?.transformToString();
}

const reports = async (): Promise<string[]> => {
  const { Contents = [] } = await store.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'reports/' }));
  return Contents.flatMap(({ Key }) => Key?.split('/').at(-1) ?? []);
};

const place = (uploadKey: string, dryRun = false) => ({ requestId: aRequestId, uploadKey, edition: 1, dryRun });

describe('an uploaded object', () => {
  it('is read through: its rows, its chunks, and a list of those that were not taken', async () => {
    const checked = await check(await upload('incoming/a.csv', file));
    if (!checked.readable) throw new Error(checked.failure.detail);
    expect(checked.progress).toEqual({ rowsRead: 4, rowsRejected: 1, rowsRepeated: 1 });
    expect(checked.cut.chunkAt(1)).toMatchObject({ pars: [aPar(1), aPar(2)], lines: [2, 4] });
    await checked.writeLists(place('incoming/a.csv'));
    await checked.writeLists(place('incoming/a.csv'));
    expect(await reports()).toEqual(['rejected-rows.csv']);
    const [head, ...rows] = (await read('rejected-rows.csv'))?.split('\r\n') ?? [];
    expect(head).toBe('\uFEFFline,reasons');
    expect(rows).toEqual([expect.stringMatching(/^3,.*par/), expect.stringMatching(/^5,.*line 2/), '']);
  });

  it('has no list of rejected rows when there are none', async () => {
    const checked = await check(await upload('incoming/a.jsonl.gz', gzipSync(jsonOf(aPar(1)))));
    if (!checked.readable) throw new Error(checked.failure.detail);
    await checked.writeLists(place('incoming/a.jsonl.gz'));
    expect(await reports()).toEqual([]);
  });

  it('has every rejected row on its list, however many they are', async () => {
    const wrong = Array.from({ length: 2_345 }, () => row('too-short'));
    const checked = await check(await upload('incoming/a.csv', [header, ...wrong, ''].join('\n')));
    if (!checked.readable) throw new Error(checked.failure.detail);
    await checked.writeLists(place('incoming/a.csv'));
    const lines = (await read('rejected-rows.csv'))?.trim().split('\r\n').slice(1) ?? [];
    expect(lines.map((line) => Number(line.split(',')[0]))).toEqual(wrong.map((_, index) => index + 2));
  });

  it('of a dry run has its results listed, without a status', async () => {
    const checked = await check(await upload('incoming/dry-run/a.csv', file));
    if (!checked.readable) throw new Error(checked.failure.detail);
    await checked.writeLists(place('incoming/dry-run/a.csv', true));
    expect((await read('results.csv', 'dry-run/a.csv'))?.split('\r\n').slice(1)).toEqual([
      `2,주식회사 코나,1168200276,1101110062432,,${aPar(1)},,,,,,,`,
      `4,주식회사 코나,1168200276,1101110062432,,${aPar(2)},,,,,,,`,
      '',
    ]);
  });

  it('is a failure with a reason when nobody can read it', async () => {
    expect(await check(await upload('incoming/a.csv', ''))).toMatchObject({ readable: false });
    const overwritten = await upload('incoming/b.csv', file);
    await upload('incoming/b.csv', `${file}${row(aPar(3))}\n`);
    expect(await check(overwritten)).toMatchObject({ readable: false, failure: { reason: 'object_overwritten' } });
    const gone = { bucket, key: 'incoming/never.csv', eTag: 'abc' };
    expect(await check(gone)).toMatchObject({ readable: false, failure: { reason: 'object_gone' } });
  });

  it('is no failure when whoever hears of its progress throws', async () => {
    const long = [header, ...Array.from({ length: 10_001 }, (_, n) => row(aPar(n + 1))), ''].join('\n');
    const object = await upload('incoming/a.csv', long);
    const enough = new Error('the time is up');
    await expect(check(object, () => Promise.reject(enough))).rejects.toBe(enough);
  });
});

const jsonOf = (par: string): string =>
  JSON.stringify({ corporationName: '코나', bizLicenseNo: '1168200276', registrationNumber: '1101110062432', par });
