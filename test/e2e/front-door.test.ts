import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';

// What the README has everybody type first, in a copy of the project: nobody's own `.local` is touched.

const project = join(import.meta.dirname, '../..');
let copy: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'front-door-'));
  const leftOut = /\/(node_modules|\.git|\.local|cdk\.out)$/;
  await cp(project, copy, { recursive: true, filter: (path) => !leftOut.test(path) });
  await symlink(join(project, 'node_modules'), join(copy, 'node_modules'));
  return () => rm(copy, { recursive: true });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const packageSchema = z.object({ scripts: z.record(z.string(), z.string()) });

/** `npm run`, without npm: it would stand between us and the signals. */
async function run(script: string) {
  const { scripts } = packageSchema.parse(JSON.parse(await readFile(join(copy, 'package.json'), 'utf8')));
  const [program, ...args] = (scripts[script] ?? '').split(' ');
  expect(program).toBe('node');
  const child = spawn(process.execPath, args, { cwd: copy, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

const stackSchema = z.object({
  ...{ apiUrl: z.url(), uploadsBucket: z.string(), tableName: z.string(), secretId: z.string(), konaUrl: z.url() },
  ...{ s3Endpoint: z.url(), sqsEndpoint: z.url(), dynamodbEndpoint: z.url(), lambdaEndpoint: z.url() },
  secretsManagerEndpoint: z.url(),
  functions: z.record(z.string(), z.string()),
  outputs: z.object({ chunksDeadLettersArn: z.string() }),
});

it('npm start stays up with all its addresses, answers the order that it prints, and ends without a trace', async () => {
  const child = await run('start');
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
  const isUp = () => said.includes('Ctrl-C ends all of it.');
  await expect.poll(() => isUp() || child.exitCode !== null, { timeout: 60_000 }).toBe(true);
  expect(isUp(), `npm start said: ${said}`).toBe(true);
  const stackFile = join(copy, '.local/stack.json');
  const stack = stackSchema.parse(JSON.parse(await readFile(stackFile, 'utf8')));

  const [, url = '', key = '', body = ''] =
    /curl -si (\S+) [\s\S]*'Idempotency-Key: ([^']+)'[\s\S]*-d '([^']+)'/.exec(said) ?? [];
  const headers = { 'idempotency-key': key, 'content-type': 'application/json' };
  const ordered = await fetch(url, { method: 'POST', headers, body });
  const { counts } = z.object({ counts: z.record(z.string(), z.int()) }).parse(await ordered.json());
  expect(ordered.status).toBe(200);
  expect(counts).toMatchObject({ total: 2, open: 0, named: 1, notFound: 1 });

  await eachAnswers(stack);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
  await expect(readFile(stackFile)).rejects.toThrow('ENOENT');
  await expect(fetch(stack.apiUrl)).rejects.toThrow();
}, 90_000);

/** With the credentials that the README gives, and any SDK. */
async function eachAnswers(stack: z.infer<typeof stackSchema>): Promise<void> {
  const common = { region: 'ap-northeast-2', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const dynamodb = new DynamoDBClient({ ...common, endpoint: stack.dynamodbEndpoint });
  const Key = { pk: { S: 'PLATFORM' }, sk: { S: 'PLATFORM' } };
  expect(await dynamodb.send(new GetItemCommand({ TableName: stack.tableName, Key }))).toMatchObject({
    $metadata: { httpStatusCode: 200 },
  });
  const s3 = new S3Client({ ...common, endpoint: stack.s3Endpoint, forcePathStyle: true });
  expect(await s3.send(new ListObjectsV2Command({ Bucket: stack.uploadsBucket }))).toMatchObject({ KeyCount: 0 });
  const sqs = new SQSClient({ ...common, endpoint: stack.sqsEndpoint });
  const QueueName = stack.outputs.chunksDeadLettersArn.split(':').at(-1);
  expect((await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).toContain(QueueName);
  const secrets = new SecretsManagerClient({ ...common, endpoint: stack.secretsManagerEndpoint });
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: stack.secretId }));
  expect(JSON.parse(SecretString)).toHaveProperty('aspId');
  const reconcile = `${stack.lambdaEndpoint}/2015-03-31/functions/${stack.functions['reconcile']}/invocations`;
  expect((await fetch(reconcile, { method: 'POST', body: '{}' })).status).toBe(200);
  for (const client of [dynamodb, s3, sqs, secrets]) client.destroy();
}

it('npm run demo tells its story to the end, with every promise kept', async () => {
  const child = await run('demo');
  const [said, , [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  expect(said).toContain('All as promised.');
  expect(code).toBe(0);
}, 120_000);
