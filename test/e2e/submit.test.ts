import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { cardsFile } from '../../infra/local/demo/cards-file.ts';
import type { Submission } from '../../submit/command-line.ts';
import { createGateway } from '../../submit/gateway.ts';
import { localStackOf } from '../../submit/local-stack.ts';
import { createProgressBar } from '../../submit/progress-bar.ts';
import { createS3Client } from '../../submit/stack.ts';
import { createSubmit } from '../../submit/submit.ts';
import { type Gateway, openGateway } from './gateway.ts';

// Files handed in as a person does it, through bucket, queues and functions of the template, back to reports on the disk.

let gateway: Gateway;
let directory: string;
beforeAll(async () => {
  gateway = await openGateway();
  directory = await mkdtemp(join(tmpdir(), 'submit-'));
});
afterAll(async () => {
  await gateway.close();
  await rm(directory, { recursive: true });
});

async function submitted(file: string, content: Uint8Array, over: Partial<Submission> = {}) {
  await writeFile(join(directory, file), content);
  const { cloud } = gateway;
  const stack = localStackOf({ ...cloud, uploadsBucket: cloud.outputs['uploadsBucket'] });
  const said: string[] = [];
  const s3 = createS3Client(stack);
  const submit = createSubmit({
    ...{ gateway: createGateway(stack), s3, bucket: stack.uploadsBucket, clock: Date.now, directory },
    bar: createProgressBar({ write: () => undefined }, Date.now),
    say: (line) => said.push(line),
    pause: (ms) => pause(ms / 10),
    randomHex: () => 'e2e',
    signal: new AbortController().signal,
  });
  const exitCode = await submit({ file, dryRun: false, ...over });
  s3.destroy();
  return { exitCode, said };
}

const report = (file: string, name: string) => readFile(join(directory, `${file}.${name}`), 'utf8');
const rowSchema = z.array(z.record(z.string(), z.string()));
const listed = async (file: string, name: string) =>
  rowSchema.parse(parse(await report(file, name), { columns: true, bom: true }));

describe('npm run submit', () => {
  it('brings a file of Excel through, bad rows and all, and leaves its reports beside it', async () => {
    const { exitCode, said } = await submitted(cardsFile.name, cardsFile.bytes);
    const { rows, rejected, repeated, good } = cardsFile;
    expect(exitCode).toBe(2);
    expect(said).toContain(`${rows} rows read, ${rejected} rejected, ${repeated} repeated`);
    const results = await listed(cardsFile.name, 'results.csv');
    const named = results.filter((row) => row['status'] === 'named');
    expect(named.map(({ par, bizLicenseNo }) => ({ par, bizLicenseNo }))).toEqual(good);
    expect(await listed(cardsFile.name, 'rejected-rows.csv')).toHaveLength(rejected + repeated);
  });

  it('only checks a file if that is asked for', async () => {
    const before = gateway.simulator.requests().length;
    const { exitCode, said } = await submitted('카드.csv', cardsFile.bytes, { dryRun: true });
    const { rows, rejected, repeated } = cardsFile;
    expect([exitCode, gateway.simulator.requests().length]).toEqual([2, before]);
    expect(said.join('\n')).toContain(`${rows - rejected - repeated} could be asked for; only checked`);
    expect(await listed('카드.csv', 'results.csv')).toHaveLength(rows - rejected - repeated);
  });

  it('says why a file cannot be read', async () => {
    const { exitCode, said } = await submitted('empty.csv', Buffer.from('name,card\r\nx,y\r\n'));
    expect(exitCode).toBe(1);
    expect(said[1]).toMatch(/^It cannot be read: /);
    expect(JSON.parse(await report('empty.csv', 'summary.json'))).toMatchObject({ failure: expect.any(Object) });
  });
});
