import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { cardEntries } from '../../../shared/limit-increase/card-entries.ts';
import {
  aCallingState,
  aChunk,
  anEndedCall,
  anOrder,
  aRequestId,
  aSettledState,
  pars,
  positions,
} from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { countWriteUnits, sumOf } from './wire.ts';

const cards = 100;
const chunk = aChunk({ pars: pars(cards) });

let emulator: DynamoDbEmulator;
beforeAll(async () => {
  emulator = await startDynamoDbEmulator();
});
afterAll(() => emulator.stop());

/** All that is written for an order of 100 cards that one call names. */
async function writeCleanOrder() {
  const table = await emulator.createTable();
  const spent = countWriteUnits(table.client);
  const ledger = createLedger({ ...table, clock: createFixedClock() });
  const { chunk: ref, state } = { chunk: chunk.ref, state: aSettledState(cards) };
  await ledger.accept(anOrder([{ chunk, state: aCallingState(cards) }]));
  const outcome = {
    name: 'answered',
    httpStatus: 200,
    code: '000_000',
    description: 'success',
    named: positions(cards),
  } as const;
  const ended = anEndedCall({ outcome });
  await ledger.journal({ chunk, state, now: aMoment + 300, takes: false, ended, tally: state.tallied });
  await ledger.writeCards(cardEntries(chunk, state));
  await Promise.all([ledger.finishChunk(ref, aMoment + 400, 1), ledger.settleRequest(aRequestId, aMoment + 400)]);
  return { ...table, spent };
}

it('spends at most 125 write units on a clean order of 100 cards', async () => {
  const { spent } = await writeCleanOrder();
  const [accepted, journalled, ...others] = spent;
  // Of request, chunk and call 2 each, of the cards 6; the request and the chunk enter the index.
  expect(accepted).toMatchObject({ units: 14, ofIndex: 2 });
  // Of chunk, call and tally 2 each; the chunk stays where it is in the index.
  expect(journalled).toMatchObject({ units: 6, ofIndex: 0 });
  const [finished, settled] = others.slice(-2);
  expect([finished, settled]).toMatchObject([
    { units: 2, ofIndex: 1 },
    { units: 2, ofIndex: 1 },
  ]);
  expect(sumOf(others.slice(0, -2))).toBe(cards);
  expect(sumOf(spent)).toBeLessThanOrEqual(125);
});

it('leaves the index of open work empty, and lets every item expire with its request', async () => {
  const { client, tableName: TableName } = await writeCleanOrder();
  const index = await client.send(new ScanCommand({ TableName, IndexName: 'openWork' }));
  expect(index.Items).toEqual([]);
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  expect(Items).toHaveLength(cards + 5);
  const fiveYearsOn = Date.UTC(2031, 10, 23, 1, 15) / 1000;
  for (const item of Items) {
    expect(item).toMatchObject({ schemaVersion: 1, expiresAt: fiveYearsOn });
    expect(item).not.toHaveProperty('openWork');
  }
});
