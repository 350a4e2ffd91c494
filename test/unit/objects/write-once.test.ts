import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWriteOnce } from '../../../shared/objects/write-once.ts';
import { type ObjectStore, startObjectStore } from '../../support/object-store.ts';

let store: ObjectStore;
let bucket: string;
beforeAll(async () => {
  store = await startObjectStore();
  bucket = store.bucket('reports');
});
afterAll(() => store.stop());

const write = (key: string, text: AsyncIterable<string>) =>
  createWriteOnce(store.s3, bucket)({ key, contentType: 'text/csv' }, text);

async function read(key: string): Promise<string | undefined> {
  const { Body } = await store.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body?.transformToString();
}

const keys = async (): Promise<string[]> => {
  const { Contents = [] } = await store.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.flatMap(({ Key }) => Key ?? []);
};

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

/** Of so many MiB. */
async function* long(mebibytes: number, end: () => void = () => undefined): AsyncGenerator<string> {
  for (let written = 0; written < mebibytes; written += 1) yield '카드'.repeat(Math.ceil(1_048_576 / 6));
  end();
}

describe('an object that is written once', () => {
  it('holds its text in UTF-8, under any key', async () => {
    const key = 'reports/코나 카드+100%.csv/../ID/results.csv';
    expect(await write(key, pieces('\uFEFF줄,', '', '값\r\n'))).toBe('written');
    expect(await keys()).toContain(key);
    expect(await read(key)).toBe('\uFEFF줄,값\r\n');
  });

  it('stays as it is when it is written again, short or in parts', async () => {
    await write('reports/a', pieces('first'));
    expect(await write('reports/a', pieces('second'))).toBe('stands');
    expect(await write('reports/a', long(20))).toBe('stands');
    expect(await read('reports/a')).toBe('first');
  });

  it('is written by one of two who write it at once', async () => {
    const ends = await Promise.all([write('reports/b', long(10)), write('reports/b', long(10))]);
    expect(ends.sort()).toEqual(['stands', 'written']);
  });

  it('does not appear, and leaves no parts, when its text breaks off', async () => {
    const broken = new Error('no more');
    const text = long(20, () => {
      throw broken;
    });
    await expect(write('reports/c', text)).rejects.toBe(broken);
    expect(await keys()).not.toContain('reports/c');
    const { Uploads = [] } = await store.s3.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: 'reports/c' }),
    );
    expect(Uploads).toEqual([]);
  });

  it('may be empty', async () => {
    expect(await write('reports/empty', pieces())).toBe('written');
    expect(await read('reports/empty')).toBe('');
  });
});
