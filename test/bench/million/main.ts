import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { principals } from '../../../infra/local/http-api/principals.ts';
import { startLocalCloud } from '../../../infra/local/local-cloud.ts';
import { startSimulatorProcess } from '../../../infra/local/simulator-process.ts';
import { fetchReports } from '../../../submit/fetch-reports.ts';
import { follow } from '../../../submit/follow.ts';
import { createGateway } from '../../../submit/gateway.ts';
import { createProgressBar } from '../../../submit/progress-bar.ts';
import { createS3Client } from '../../../submit/stack.ts';
import { uploadFile } from '../../../submit/upload-file.ts';
import { writeBare } from './bare-writer.ts';
import { cardLines, header } from './card-file.ts';
import { checkReports } from './check-reports.ts';
import { watchFunctionProcesses } from './processes.ts';

// npm run million [-- --cards 1000000 --corporations 40 --seed 1]: one file of mixed corporations with one bad row in a
// hundred through the local cloud; every line of its reports is held against what was expected when it was written. Then
// the very same items are written by the barest writer, for comparison.

const { values } = parseArgs({
  options: {
    cards: { type: 'string', default: '1000000' },
    corporations: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
  },
});
/** A file is streamed: of whatever length, it takes no more memory than this to read it. */
const readerMbMax = 256;
const lines = () => cardLines(Number(values.cards), Number(values.corporations), Number(values.seed));

async function writeFile(path: string): Promise<void> {
  function* text(): Generator<string> {
    yield `${header}\n`;
    for (const line of lines()) yield `${line.text}\n`;
  }
  await pipeline(Readable.from(text()), createWriteStream(path));
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'gateway-million-'));
  const path = join(directory, 'cards.csv');
  await writeFile(path);
  const kona = await startSimulatorProcess();
  const cloud = await startLocalCloud({ konaUrl: kona.url, secret: kona.secret, environment: process.env });
  const watched = watchFunctionProcesses(1_000);
  try {
    const [credentials] = Object.values(principals);
    if (credentials === undefined) throw new Error('The local cloud has a principal.');
    const { apiUrl, region, s3Endpoint } = cloud;
    const stack = { apiUrl, region, s3Endpoint, credentials, uploadsBucket: cloud.outputs['uploadsBucket'] ?? '' };
    const s3 = createS3Client(stack);
    const key = 'incoming/million/cards.csv';
    const bar = createProgressBar(process.stderr, Date.now);
    const bytesTotal = (await stat(path)).size;
    const onSent = (bytesSent: number): void => bar.show({ stage: 'uploading', bytesSent, bytesTotal });
    await uploadFile({ s3, bucket: stack.uploadsBucket, key, body: createReadStream(path), onSent });
    const startedAt = performance.now();
    const gateway = createGateway(stack, new AbortController().signal);
    const deps = {
      gateway,
      clock: Date.now,
      pause: (ms: number) => setTimeout(ms),
      everyMs: 2_000,
      patienceMs: 300_000,
    };
    let reports: string | undefined;
    for await (const limitIncrease of follow(deps, key)) {
      bar.show(limitIncrease === undefined ? { stage: 'waiting' } : { stage: 'following', limitIncrease });
      reports = limitIncrease?.upload.reports;
    }
    bar.end();
    const seconds = (performance.now() - startedAt) / 1_000;
    const uses = await watched.end();
    await fetchReports({ s3, bucket: stack.uploadsBucket, prefix: reports ?? '', path });
    const counted = await checkReports(
      lines(),
      createReadStream(`${path}.results.csv`),
      createReadStream(`${path}.rejected-rows.csv`),
    );
    console.log(`Every line of the reports is as expected: ${JSON.stringify(counted)}`);
    const accepted = counted.named + counted.not_found;
    const ours = [...uses.values()].reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    for (const [name, { cpuSeconds, maxResidentMb }] of uses)
      console.log(`${name}: ${cpuSeconds.toFixed(1)} s of CPU, at most ${maxResidentMb.toFixed(0)} MB resident`);
    const readerMb = uses.get('ingest-upload')?.maxResidentMb;
    if (readerMb === undefined || readerMb > readerMbMax)
      throw new Error(
        `ingest-upload took ${readerMb} MB at a time, of ${readerMbMax}: it must not grow with its file.`,
      );
    const client = new DynamoDBClient({
      endpoint: cloud.dynamodbEmulatorEndpoint,
      region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    await copyTable(client, cloud.tableName, 'bare');
    const bare = await writeBare(client, cloud.tableName, 'bare');
    const [ourMs, bareMs] = [(ours / accepted) * 1_000, (bare.cpuSeconds / accepted) * 1_000];
    console.log(
      `${accepted} cards in ${seconds.toFixed(0)} s; the bare writer, ${bare.items} items, ${bare.seconds.toFixed(0)} s`,
    );
    console.log(`time: ${(seconds / bare.seconds).toFixed(2)} times the bare writer's`);
    console.log(
      `CPU a card: ours ${ourMs.toFixed(3)} ms, the bare writer's ${bareMs.toFixed(3)} ms: ${(ourMs / bareMs).toFixed(2)} times`,
    );
  } finally {
    await cloud.close();
    await kona.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** A table of the same shape, empty. */
async function copyTable(client: DynamoDBClient, from: string, to: string): Promise<void> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: from }));
  const indexes = Table?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
  await client.send(
    new CreateTableCommand({
      TableName: to,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: Table?.KeySchema,
      AttributeDefinitions: Table?.AttributeDefinitions,
      GlobalSecondaryIndexes: indexes,
    }),
  );
}

await main();
