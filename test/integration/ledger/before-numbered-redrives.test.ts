import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cardAttributes } from '../../../shared/ledger/card-item.ts';
import { requestKey } from '../../../shared/ledger/keys.ts';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import type { CardEntry } from '../../../shared/limit-increase/ports.ts';
import { aCorrelationId, anOrder, aPar, aRequestId, retention } from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';

// Items as they were written before results had the number of their redrive, and redrives their statuses.

let emulator: DynamoDbEmulator;
beforeAll(async () => {
  emulator = await startDynamoDbEmulator();
});
afterAll(() => emulator.stop());

async function openTable() {
  const table = await emulator.createTable();
  const ledger = createLedger({ ...table, clock: createFixedClock() });
  return { ...table, ledger };
}

const entryOf = (status: 'unresolved' | 'named'): CardEntry => ({
  ...{
    par: aPar(),
    requestId: aRequestId,
    acceptedAt: aMoment,
    expiresAt: retention(aMoment),
    bizLicenseNo: '1168200276',
  },
  ...{ registrationNumber: '1101110062432', correlationId: aCorrelationId(), updatedAt: aMoment },
  ...{ entry: 'result', status },
});

async function openWithOldUnresolved() {
  const { client, tableName, ledger } = await openTable();
  const item = cardAttributes(entryOf('unresolved'));
  await client.send(new PutCommand({ TableName: tableName, Item: { ...item, sk: `${item['sk']}#UNRESOLVED` } }));
  return ledger;
}

it('an unresolved under a key of its own is read, below what the card was settled as', async () => {
  const ledger = await openWithOldUnresolved();
  expect(await ledger.readCardHistory(aPar())).toEqual([entryOf('unresolved')]);
  await ledger.writeCards([entryOf('named')]);
  expect(await ledger.readCardHistory(aPar())).toEqual([entryOf('named'), entryOf('unresolved')]);
});

it('an unresolved that is written again under the key of today is read once', async () => {
  const ledger = await openWithOldUnresolved();
  await ledger.writeCards([entryOf('unresolved')]);
  expect(await ledger.readCardHistory(aPar())).toEqual([entryOf('unresolved')]);
});

it('a redrive without statuses is one of what is unresolved, also while it is under way', async () => {
  const { client, tableName, ledger } = await openTable();
  await ledger.accept(anOrder());
  const redrives = [{ by: 'arn:operator', at: new Date(aMoment).toISOString(), cards: 1 }];
  await client.send(
    new UpdateCommand({
      ...{ TableName: tableName, Key: requestKey(aRequestId) },
      UpdateExpression: 'SET redriven = :number, redriving = :redriving, redrives = :redrives',
      ExpressionAttributeValues: {
        ...{ ':number': 1, ':redriving': { number: 1, chunksDone: 0 }, ':redrives': redrives },
      },
    }),
  );
  expect((await ledger.readRequest(aRequestId))?.request).toMatchObject({
    redriving: { number: 1, chunksDone: 0, statuses: ['unresolved'] },
    redrives: [{ by: 'arn:operator', at: aMoment, cards: 1, statuses: ['unresolved'] }],
  });
});
