import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import * as z from 'zod';
import type { LocalCloud } from '../../infra/local/cloud.ts';
import { startLocalCloud } from '../../infra/local/local-cloud.ts';
import { createS3Client } from '../../submit/stack.ts';
import { uploadFile } from '../../submit/upload-file.ts';
import { simulatedCredentials } from '../support/kona-simulator/credentials.ts';
import { type KonaSimulator, startKonaSimulator } from '../support/kona-simulator/server.ts';
import { synthesizeOnce } from './synthesize-once.ts';

// The bundles that deploy, on the local cloud that the template builds, against the simulator: nothing between a test and
// the gateway but HTTP.

/** Whose key is nobody's: the doors of AWS services let him do all. */
export const developer = { accessKeyId: 'local', secretAccessKey: 'local' };

export type Gateway = Awaited<ReturnType<typeof openGateway>>;

export type Reply = { readonly status: number; readonly headers: Headers; readonly body: unknown };

type GatewayOptions = {
  /** False: the secret has no value. */
  readonly secret?: boolean | undefined;
  /** See LocalCloudOptions. */
  readonly visibilityScale?: number | undefined;
  /** Makes the cloud assembly to boot from, which goes with the gateway; absent: the stack as it is. */
  readonly assembly?: ((context: Record<string, string>) => Promise<string>) | undefined;
};

export async function openGateway(
  given: Record<string, string> = {},
  { secret = true, assembly = synthesizeOnce, visibilityScale }: GatewayOptions = {},
) {
  const simulator: KonaSimulator = await startKonaSimulator();
  const context = { reconcileBackoffSeconds: '1', konaTimeoutMs: '1500', konaConnectTimeoutMs: '1000', ...given };
  const directory = await assembly({ ...context, konaBaseUrl: simulator.url });
  const cloud: LocalCloud = await startLocalCloud({
    konaUrl: simulator.url,
    secret: secret ? JSON.stringify(simulatedCredentials) : undefined,
    context,
    assembly: directory,
    schedules: 'off',
    visibilityScale,
    environment: process.env,
  });
  const dynamodb = new DynamoDBClient({
    endpoint: cloud.dynamodbEndpoint,
    region: cloud.region,
    credentials: developer,
  });

  async function get(path: string): Promise<Reply> {
    return replyOf(await fetch(new URL(path, cloud.apiUrl)));
  }

  const uploadsBucket = cloud.outputs['uploadsBucket'] ?? '';
  const s3 = createS3Client({ ...cloud, uploadsBucket, credentials: developer });

  async function findUpload(key: string): Promise<unknown> {
    const { body } = await get(`/v1/limit-increases?uploadKey=${encodeURIComponent(key)}`);
    return z.object({ limitIncreases: z.array(z.unknown()) }).parse(body).limitIncreases[0];
  }

  /** The lease of a request's first chunk is over, and the chunk due. */
  async function endLease(requestId: string): Promise<void> {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: cloud.tableName,
        Key: { pk: { S: `REQUEST#${requestId}#0000001` }, sk: { S: 'CHUNK' } },
        UpdateExpression: 'SET leaseUntil = :past, dueAt = :past',
        ExpressionAttributeValues: { ':past': { S: new Date(Date.now() - 10_000).toISOString() } },
      }),
    );
  }

  return {
    simulator,
    cloud,
    get,
    s3,
    uploadsBucket,
    endLease,
    upload: (key: string, body: string | Uint8Array): Promise<void> =>
      uploadFile({ s3, bucket: uploadsBucket, key, body: Buffer.from(body) }),
    /** The newest request of an object; undefined as long as there is none. */
    findUpload,
    /** Waits until the report of an object's newest request is written, and answers the request. */
    async untilReported(key: string, timeout = 30_000): Promise<z.infer<typeof reportedSchema>> {
      await expect
        .poll(() => findUpload(key), { timeout, interval: 100 })
        .toMatchObject({
          upload: { reports: expect.any(String) },
        });
      return reportedSchema.parse(await findUpload(key));
    },
    /** The reconciler finds what an item says to be due later due now. */
    async makeDue(key: { readonly pk: string; readonly sk: string }): Promise<void> {
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: cloud.tableName,
          Key: { pk: { S: key.pk }, sk: { S: key.sk } },
          UpdateExpression: 'SET dueAt = :past',
          ExpressionAttributeValues: { ':past': { S: new Date(Date.now() - 1_000).toISOString() } },
        }),
      );
    },
    /** A string is sent as it is. */
    post: async (body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
      replyOf(
        await fetch(new URL('/v1/limit-increases', cloud.apiUrl), {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
        }),
      ),
    itemsWritten: async (): Promise<number> => {
      const { Count = 0 } = await dynamodb.send(new ScanCommand({ TableName: cloud.tableName, Select: 'COUNT' }));
      return Count;
    },
    /** Orders one card, kills the worker in its call, and lets its lease end at once. Answers the request's ID. */
    async loseWorker(order: unknown): Promise<string> {
      const calls = () => simulator.requests().length;
      const before = calls();
      simulator.misbehaveNext({ kind: 'hang', when: 'before' });
      const headers = { 'content-type': 'application/json', 'idempotency-key': 'lost-worker' };
      const url = new URL('/v1/limit-increases', cloud.apiUrl);
      const posted = fetch(url, { method: 'POST', headers, body: JSON.stringify(order) });
      await expect.poll(calls, { interval: 10 }).toBe(before + 1);
      cloud.killFunction('request-limit-increase');
      await posted;
      const again = await replyOf(await fetch(url, { method: 'POST', headers, body: JSON.stringify(order) }));
      const { requestId } = shown(again.body);
      await endLease(requestId);
      return requestId;
    },
    /** Reconciles, run after run, until the request is settled, and answers it; throws if it never is. */
    async untilSettled(requestId: string): Promise<unknown> {
      const deadline = Date.now() + 20_000;
      while (Date.now() < deadline) {
        await cloud.invoke('reconcile');
        const { body } = await get(`/v1/limit-increases/${requestId}`);
        if (z.object({ status: z.literal('settled') }).safeParse(body).success) return body;
        await setTimeout(200);
      }
      throw new Error(`${requestId} was not settled in 20 s`);
    },
    /** @throws Error if the gateway has let a secret or a whole PAR out, whatever a test had it do. */
    close: async (): Promise<void> => {
      dynamodb.destroy();
      await cloud.close();
      await simulator.close();
      await rm(directory, { recursive: true, force: true });
      const leaks = leaksOf(cloud);
      if (leaks.length > 0)
        throw new Error(`What must not leave the gateway stands in these lines:\n${leaks.join('\n')}`);
    },
  };
}

const services = [
  ...['request-limit-increase', 'query-ledger', 'reconcile', 'redrive'],
  ...['ingest-upload', 'settle-chunk', 'write-report', 'announce-settled'],
];

/** Lines of logs, the metrics in them included, and events that hold what may stand in none. */
function leaksOf({ logs, accessLog, events }: LocalCloud): string[] {
  const { accessKey, secretKey } = simulatedCredentials;
  const lines = [...services.flatMap(logs), ...accessLog(), ...events().map((event) => JSON.stringify(event))];
  const secret = [accessKey, secretKey, 'rotated-secret-that-guards-nothing', 'KMV1:'];
  return lines.filter((line) => /Q1[0-9A-Z]{25}/.test(line) || secret.some((one) => line.includes(one)));
}

const reportedSchema = z.looseObject({
  requestId: z.string(),
  status: z.string(),
  counts: z.record(z.string(), z.number()),
  upload: z.looseObject({ reports: z.string() }),
});

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

const shownSchema = z.object({
  requestId: z.string(),
  status: z.string(),
  counts: z.record(z.string(), z.number()),
  results: z.array(z.object({ par: z.string(), status: z.string(), correlationId: z.string().optional() })),
  nextCursor: z.string().nullable(),
});

/** A limit increase as the API shows it. */
export const shown = (body: unknown): z.infer<typeof shownSchema> => shownSchema.parse(body);

export const statusesOf = (body: unknown): string[] => shown(body).results.map(({ status }) => status);
