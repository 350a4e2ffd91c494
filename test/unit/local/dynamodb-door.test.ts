import { DynamoDBClient, GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../../infra/local/aws/backend.ts';
import { createDynamodbDoor } from '../../../infra/local/aws/dynamodb/door.ts';
import { createFaults } from '../../../infra/local/aws/dynamodb/faults.ts';
import { createAuthority } from '../../../infra/local/aws/iam/authority.ts';
import { type LoopbackServer, listenOnLoopback } from '../../../infra/local/process/loopback-server.ts';
import { account, region } from './function-specs.ts';

// What the SDK makes of a fault: the ledger tells errors apart by the names that AWS gives them.

/** When DynamoDB was reached, by the clock of this process. */
const reachedAt: number[] = [];
const backend: Backend = {
  send: async () => {
    reachedAt.push(performance.now());
    return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: Buffer.from('{}') };
  },
  close: async () => {},
};
const faults = createFaults();
const authority = createAuthority({ functions: [], account, region, now: () => Date.now() });

let server: LoopbackServer;
let client: DynamoDBClient;
beforeAll(async () => {
  const tableArn = (name: string) => `arn:aws:dynamodb:${region}:${account}:table/${name}`;
  server = await listenOnLoopback(createDynamodbDoor({ backend, authority, faults, tableArn, written: () => {} }));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: server.url, region, credentials, maxAttempts: 1 });
});
afterEach(() => {
  faults.clear();
  reachedAt.splice(0);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

const key = { pk: { S: 'a' }, sk: { S: 'b' } };
const put = () => client.send(new PutItemCommand({ TableName: 'T', Item: key }));
const transact = () => {
  const Put = { TableName: 'T', Item: key };
  return client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }, { Put }] }));
};

type Rule = Parameters<(typeof faults)['set']>[0][number]['fault'];

describe('a fault is told by the name that AWS gives it:', () => {
  it.each<[string, Rule, () => Promise<unknown>, number]>([
    ['ThrottlingException', { kind: 'throttle' }, put, 400],
    [
      'ProvisionedThroughputExceededException',
      { kind: 'throttle', error: 'ProvisionedThroughputExceededException' },
      put,
      400,
    ],
    ['TransactionConflictException', { kind: 'transaction_conflict' }, put, 400],
    ['TransactionCanceledException', { kind: 'transaction_conflict' }, transact, 400],
  ])('%s, and DynamoDB was not reached', async (name, fault, send, httpStatusCode) => {
    faults.set([{ fault }]);
    await expect(send()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(reachedAt).toEqual([]);
  });

  it('InternalServerError, after it took effect', async () => {
    faults.set([{ fault: { kind: 'lost_acknowledgement', as: 'server_error' } }]);
    await expect(put()).rejects.toMatchObject({ name: 'InternalServerError', $metadata: { httpStatusCode: 500 } });
    expect(reachedAt).toHaveLength(1);
  });

  it('a reason for each item of a transaction, a conflict over the first', async () => {
    faults.set([{ fault: { kind: 'transaction_conflict' } }]);
    const reasons = [{ Code: 'TransactionConflict', Message: expect.any(String) }, { Code: 'None' }];
    await expect(transact()).rejects.toMatchObject({ CancellationReasons: reasons });
  });
});

it('is slow to answer what took effect at once', async () => {
  faults.set([{ fault: { kind: 'slow', ms: 100 }, operation: 'GetItem' }]);
  await client.send(new GetItemCommand({ TableName: 'T', Key: key }));
  expect(performance.now() - (reachedAt[0] ?? Infinity)).toBeGreaterThan(95);
});
