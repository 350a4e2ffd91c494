import assert from 'node:assert/strict';
import {
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { CallOutcome, Platform } from '../../../shared/limit-increase/ports.ts';
import { parSchema } from '../../../shared/limit-increase/terms.ts';
import type { UploadCut } from '../../../shared/limit-increase/upload.ts';

// The least that anybody could do who writes a call down before it is sent, and its outcome before what follows from it:
// plain writes, no lease, no transaction, no counts, no index, no second try. It is not safe. Two workers may take the
// same chunk, and what a crash leaves behind nobody looks for.

type BareDeps = {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly platform: Platform;
  readonly clock: () => number;
};

type BareChunk = ReturnType<UploadCut['chunkAt']>;
type Write = { readonly PutRequest: { readonly Item: Record<string, unknown> } };

const chunkSchema = z.object({
  corporation: z.object({
    corporationName: z.string(),
    bizLicenseNo: z.string(),
    registrationNumber: z.string(),
    affiliateId: z.string(),
  }),
  pars: z.array(parSchema),
});
const itemsPerBatch = 25;

export function createBareSettler({ client, tableName: TableName, platform, clock }: BareDeps) {
  /** Not measured: a chunk that is to be settled. */
  async function put(pk: string, { corporation, pars }: BareChunk): Promise<void> {
    await client.send(new PutCommand({ TableName, Item: { pk, sk: 'CHUNK', corporation, pars, stage: 'open' } }));
  }

  async function settle(pk: string): Promise<void> {
    const Key = { pk, sk: 'CHUNK' };
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    const { corporation, pars } = chunkSchema.parse(Item);
    const startedAt = clock();
    const correlationId = platform.mintCorrelationId(startedAt);
    const call = { pk: `CALL#${correlationId}`, sk: 'CALL' };
    const begun = { ...call, chunk: pk, startedAt, stage: 'sent' };
    await client.send(new PutCommand({ TableName, Item: begun, ConditionExpression: 'attribute_not_exists(pk)' }));
    const outcome = await platform.call({ correlationId, startedAt, corporation, pars, timeoutMs: 10_000 });
    assert(outcome.kind === 'answered', 'good cards are named');
    await mark(call, 'answered');
    await writeCards(pk, correlationId, outcome);
    await mark(Key, 'settled');
  }

  async function mark(Key: { readonly pk: string; readonly sk: string }, stage: string): Promise<void> {
    const values = { ':stage': stage, ':at': clock() };
    const change = { UpdateExpression: 'SET stage = :stage, updatedAt = :at', ExpressionAttributeValues: values };
    await client.send(new UpdateCommand({ TableName, Key, ...change }));
  }

  async function writeCards(
    chunk: string,
    correlationId: string,
    { listed, code }: Extract<CallOutcome, { kind: 'answered' }>,
  ): Promise<void> {
    const found = { sk: chunk, status: 'named', correlationId, code, updatedAt: clock() };
    const writes = listed.map(({ par, returnMessage }) => ({
      PutRequest: { Item: { pk: `CARD#${par}`, ...found, returnMessage } },
    }));
    const batches: Write[][] = [];
    for (let at = 0; at < writes.length; at += itemsPerBatch) batches.push(writes.slice(at, at + itemsPerBatch));
    await Promise.all(batches.map(writeBatch));
  }

  async function writeBatch(batch: Write[]): Promise<void> {
    const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [TableName]: batch } }));
    assert.deepEqual(UnprocessedItems ?? {}, {}, 'the emulator takes every item');
  }

  return { put, settle };
}
