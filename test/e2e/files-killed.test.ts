import { setTimeout } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { aPar } from '../support/builders.ts';
import { seededRandom } from '../support/kona-simulator/random.ts';
import { developer, type Gateway, openGateway } from './gateway.ts';

// Messages that come again: because their reader was killed, or because nobody can read them. Where AWS waits for an hour
// and a half, here it is seconds.

let gateway: Gateway;
let sqs: SQSClient;
beforeAll(async () => {
  gateway = await openGateway({}, { visibilityScale: 0.0005 });
  const { sqsEndpoint: endpoint, region } = gateway.cloud;
  sqs = new SQSClient({ endpoint, region, credentials: developer });
});
afterAll(async () => {
  sqs.destroy();
  await gateway.close();
});

const header = 'corporationName,bizLicenseNo,registrationNumber,affiliateId,par';
const rowsSchema = z.array(z.object({ line: z.coerce.number(), par: z.string(), status: z.string() }));

const output = (name: string): string => gateway.cloud.outputs[name] ?? '';
const urlOf = (arn: string): string => output('chunksQueueUrl').replace(/[^/]+$/, arn.split(':').at(-1) ?? '');

async function waiting(QueueUrl: string): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages' as const];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return Number(Attributes?.ApproximateNumberOfMessages);
}

// failures: F055
it('reads a file to its end whose reader is killed again and again, wherever it is: no gap and no repeat', {
  timeout: 90_000,
}, async () => {
  const seed = Number(process.env['FC_SEED'] ?? Date.now() % 100_000);
  console.log(`FC_SEED=${seed}`);
  const random = seededRandom(seed);
  const cards = Array.from({ length: 3_000 }, (_, index) => 10_000 + index);
  const row = (card: number): string => `회사 ${card % 7},1168200276,1101110062432,,${aPar(card)}`;
  await gateway.upload('incoming/killed.csv', [header, ...cards.map(row)].join('\n'));
  let killed = 0;
  while (killed < 4) {
    await setTimeout(random() * 400);
    killed += gateway.cloud.killFunction('ingest-upload');
    const request = z.looseObject({ status: z.string() }).safeParse(await gateway.findUpload('incoming/killed.csv'));
    if (request.success && request.data.status !== 'receiving') break;
  }
  expect(killed).toBeGreaterThan(0);
  const { counts, upload } = await gateway.untilReported('incoming/killed.csv', 60_000);
  expect(counts).toMatchObject({ total: cards.length, named: cards.length });
  const object = { Bucket: gateway.uploadsBucket, Key: `${upload.reports}results.csv` };
  const { Body } = await gateway.s3.send(new GetObjectCommand(object));
  const rows = rowsSchema.parse(parse((await Body?.transformToString()) ?? '', { bom: true, columns: true }));
  expect(rows.map(({ line, par }) => [line, par])).toEqual(cards.map((card, index) => [index + 2, aPar(card)]));
});

it('writes the report of a file although its writer is killed at it', { timeout: 60_000 }, async () => {
  const cards = Array.from({ length: 2_000 }, (_, index) => 20_000 + index);
  const row = (card: number): string => `K,1168200276,1101110062432,,${aPar(card)}`;
  const kill = () => gateway.cloud.killFunction('write-report');
  // One that waits for work would be killed before there is any.
  kill();
  await gateway.upload('incoming/writer-killed.csv', [header, ...cards.map(row)].join('\n'));
  await expect.poll(kill, { interval: 5, timeout: 30_000 }).toBeGreaterThan(0);
  const { counts, upload } = await gateway.untilReported('incoming/writer-killed.csv', 30_000);
  expect(counts).toMatchObject({ total: cards.length, named: cards.length });
  const object = { Bucket: gateway.uploadsBucket, Key: `${upload.reports}results.csv` };
  const { Body } = await gateway.s3.send(new GetObjectCommand(object));
  const rows = rowsSchema.parse(parse((await Body?.transformToString()) ?? '', { bom: true, columns: true }));
  expect(rows.map(({ par }) => par)).toEqual(cards.map((card) => aPar(card)));
});

// failures: F027
it('gives what nobody understands to the dead letters; redriven, what was settled stays settled', {
  timeout: 60_000,
}, async () => {
  const [first] = [`K,1,1,,${aPar(1)}`];
  await gateway.upload('incoming/one.csv', [header, first].join('\n'));
  const { requestId } = await gateway.untilReported('incoming/one.csv');
  const deadLetters = urlOf(output('chunksDeadLettersArn'));
  const MessageBody = 'not json';
  await sqs.send(new SendMessageCommand({ QueueUrl: output('chunksQueueUrl'), MessageBody }));
  await expect.poll(() => waiting(deadLetters), { timeout: 30_000, interval: 200 }).toBe(1);
  const calls = gateway.simulator.requests().length;
  const old = JSON.stringify({ requestId, chunkNumber: 1 });
  await sqs.send(new SendMessageCommand({ QueueUrl: deadLetters, MessageBody: old }));
  expect(await gateway.cloud.redriveDeadLetters(output('chunksDeadLettersArn'))).toBe(2);
  await expect.poll(() => waiting(deadLetters), { timeout: 30_000, interval: 200 }).toBe(1);
  expect(gateway.simulator.requests()).toHaveLength(calls);
  expect(await gateway.findUpload('incoming/one.csv')).toMatchObject({ status: 'settled', counts: { named: 1 } });
});
