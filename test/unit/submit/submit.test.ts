import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Submission } from '../../../submit/command-line.ts';
import { createGateway } from '../../../submit/gateway.ts';
import { createProgressBar } from '../../../submit/progress-bar.ts';
import { createS3Client } from '../../../submit/stack.ts';
import { createSubmit } from '../../../submit/submit.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { aLimitIncrease, aReported } from './builders.ts';
import { credentials, type Played, playGateway } from './played-gateway.ts';

// Against an S3 emulator and a gateway that plays its part, over HTTP.

const bucket = 'uploads';
let emulator: Awaited<ReturnType<typeof startFauxqs>>;
let s3: S3Client;
let directory: string;

beforeAll(async () => {
  emulator = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false, init: { buckets: [bucket] } });
  const s3Endpoint = `http://127.0.0.1:${emulator.port}`;
  s3 = createS3Client({ apiUrl: '', uploadsBucket: bucket, region: 'ap-northeast-2', credentials, s3Endpoint });
});
afterAll(async () => {
  s3.destroy();
  await emulator.stop();
});
beforeEach(async () => {
  emulator.emptyBucket(bucket);
  directory = await mkdtemp(join(tmpdir(), 'submit-'));
  return () => rm(directory, { recursive: true });
});

const file = '카드 목록.csv';
const report = (name: string, body: string) =>
  s3.send(new PutObjectCommand({ Bucket: bucket, Key: `reports/x/1/${name}`, Body: body }));
const keys = async () => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key = '' }) => Key);
};
const summary = (files: { results?: string; rejectedRows?: string } = {}) =>
  JSON.stringify({ files: { ...files, summary: 'reports/x/1/summary.json' }, nextSteps: ['Read it.'] });

type Asked = Partial<Submission> & { readonly content?: Uint8Array; readonly stopWhenAsked?: number };

async function submitted(script: readonly Played[], { content, stopWhenAsked, ...submission }: Asked = {}) {
  if (content !== undefined) await writeFile(join(directory, file), content);
  const interrupt = new AbortController();
  await using played = await playGateway(script, (times) => times === stopWhenAsked && interrupt.abort());
  const clock = createFixedClock();
  const said: string[] = [];
  const submit = createSubmit({
    ...{
      gateway: createGateway(played.stack, interrupt.signal),
      s3,
      bucket,
      clock,
      directory,
      signal: interrupt.signal,
    },
    bar: createProgressBar({ write: (text) => said.push(text.trimEnd()) }, clock),
    say: (line) => said.push(line),
    pause: async (ms) => {
      interrupt.signal.throwIfAborted();
      clock.advance(ms);
    },
    randomHex: () => '0a1b2c3d',
  });
  const exitCode = await submit({ file, dryRun: false, ...submission });
  return { exitCode, said, asked: played.asked };
}

const key = `incoming/2026-11-22-0a1b2c3d/${file}`;
const rows = Buffer.from('a few rows');
const reading = aLimitIncrease({ progress: { rowsRead: 2 } });
const settled = aReported({ counts: { total: 2, named: 2 }, progress: { rowsRead: 2 } });

describe('a file', () => {
  it('is uploaded under a key of its own, followed, and its reports lie beside it', async () => {
    await report('results.csv', 'line,par\r\n');
    await report('summary.json', summary({ results: 'reports/x/1/results.csv' }));
    const { exitCode, said } = await submitted([undefined, undefined, reading, settled], { content: rows });
    expect(exitCode).toBe(0);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    expect(await Body?.transformToString()).toBe('a few rows');
    expect((await readdir(directory)).sort()).toEqual([file, `${file}.results.csv`, `${file}.summary.json`].sort());
    expect(await readFile(join(directory, `${file}.results.csv`), 'utf8')).toBe('line,par\r\n');
    expect(said).toEqual([
      'uploading: 0.0 of 0.0 MiB',
      `${file} is s3://${bucket}/${key}`,
      'waiting: for the gateway to take the file up',
      'reading: 2 rows',
      'reporting: all is final; the report is being written',
      '2 rows read, 0 rejected, 0 repeated',
      'Cards: 2 named',
      `Limit increase ${settled.requestId}`,
      'Next: Read it.',
      `Wrote ${join(directory, file)}.results.csv`,
      `Wrote ${join(directory, file)}.summary.json`,
    ]);
  });

  it('of many parts arrives whole', async () => {
    await report('summary.json', summary());
    const content = Buffer.alloc(20 * 2 ** 20, 'Q180BEA3B2F1BBD8410336D66A4\n');
    await submitted([undefined, settled], { content });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    expect(content.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  });

  it('leaves its reports where they are wanted, and of earlier ones none', async () => {
    const out = join(directory, 'reports/of today');
    await report('rejected-rows.csv', 'line,reasons\r\n');
    await report('summary.json', summary({ rejectedRows: 'reports/x/1/rejected-rows.csv' }));
    const rejecting = aReported({ progress: { rowsRead: 2, rowsRejected: 1 } });
    const first = await submitted([undefined, rejecting], { content: rows, out: 'reports/of today', dryRun: true });
    expect([first.exitCode, (await readdir(out)).sort()]).toEqual([
      2,
      [`${file}.rejected-rows.csv`, `${file}.summary.json`],
    ]);
    expect(await keys()).toContain(`incoming/dry-run/2026-11-22-0a1b2c3d/${file}`);
    await report('summary.json', summary());
    await submitted([undefined, settled], { out });
    expect(await readdir(out)).toEqual([`${file}.summary.json`]);
  });

  it('whose report is missing is a fault that names it, and leaves no half of one', async () => {
    await report('summary.json', summary({ results: 'reports/x/1/results.csv' }));
    await expect(submitted([undefined, settled], { content: rows })).rejects.toThrow(
      /The report s3:\/\/uploads\/reports\/x\/1\/results.csv could not be copied/,
    );
    expect(await readdir(directory)).toEqual([file, `${file}.summary.json`]);
  });
});

describe('nothing is uploaded', () => {
  it.each<[string, readonly Played[], Asked, RegExp]>([
    ['if the gateway is down', [503], { content: rows }, /answered 503.* Nothing was uploaded/],
    ['if the caller may not ask', [403], { content: rows }, /answered 403.* May this caller read/],
    ['if there is no such file', [undefined], {}, /There is no file .*카드 목록.csv\. Nothing was uploaded/],
    ['if it is a directory', [undefined], { file: '.' }, /is no file\. Nothing was uploaded/],
    ['if the reports would have no place', [undefined], { content: rows, out: file }, /name another place with --out/],
  ])('%s', async (_, script, asked, message) => {
    await expect(submitted(script, asked)).rejects.toThrow(message);
    expect(await keys()).toEqual([]);
  });
});

describe('Ctrl-C', () => {
  it('before the file is uploaded leaves nothing behind', async () => {
    const { exitCode, said } = await submitted([undefined, settled], { content: rows, stopWhenAsked: 1 });
    expect([exitCode, await keys()]).toEqual([130, []]);
    expect(said.slice(-3)[0]).toMatch(/^Stopped: nothing was submitted/);
  });

  it('afterwards tells how to look at the file, which goes on', async () => {
    const { exitCode, said } = await submitted([undefined, reading], { content: rows, stopWhenAsked: 3 });
    expect([exitCode, await keys()]).toEqual([130, [key]]);
    expect(said.slice(-3)).toEqual([
      'Stopped watching: the file goes on without you.',
      expect.stringContaining(`/v1/limit-increases?uploadKey=${encodeURIComponent(key)}`),
      expect.stringContaining('upload.reports'),
    ]);
  });
});
