import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { cardEntries } from '../../../shared/limit-increase/card-entries.ts';
import {
  aCallingState,
  aChunk,
  aCorporation,
  anEndedCall,
  aRequestId,
  aSettledState,
  aState,
  pars,
  positions,
} from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { aReceipt } from '../../support/upload-builders.ts';
import { countWriteUnits, sumOf } from './wire.ts';

let emulator: DynamoDbEmulator;
beforeAll(async () => {
  emulator = await startDynamoDbEmulator();
});
afterAll(() => emulator.stop());

const cards = 100;
// As costly as they come: the longest of names, and no two cards on neighbouring lines of a very long file.
const corporation = aCorporation({ corporationName: '가'.repeat(80) });
const lines = positions(cards).map((position) => 1_000_000 + position * 10_000);
const chunk = { ...aChunk({ corporation, pars: pars(cards) }), lines };
const untouched = { chunk, state: aState(cards, { dueAt: aMoment + 900_000 }) };

async function openLedger() {
  const table = await emulator.createTable();
  const spent = countWriteUnits(table.client);
  const ledger = createLedger({ ...table, clock: createFixedClock() });
  await ledger.receive(aReceipt());
  spent.length = 0;
  return { ledger, spent };
}

it('writes a chunk of 100 cards of a file with at most 6 write units, 4 of them for the cards and their lines', async () => {
  const { ledger, spent } = await openLedger();
  await ledger.writeChunks([untouched]);
  expect(spent).toMatchObject([
    { command: 'BatchWriteItemCommand', units: 4, ofIndex: 0 },
    { command: 'PutItemCommand', units: 2, ofIndex: 1 },
  ]);
});

it('spends at most 125 write units on a chunk of 100 cards of a file that one call names', async () => {
  const { ledger, spent } = await openLedger();
  await ledger.writeChunks([untouched]);
  const calling = aCallingState(cards);
  const begun = calling.inFlight;
  await ledger.journal({ chunk, state: calling, now: aMoment, takes: true, begun });
  const outcome = { ...anEndedCall().outcome, named: positions(cards) };
  const state = aSettledState(cards, { dueAt: calling.dueAt });
  const ended = anEndedCall({ outcome });
  await ledger.journal({ chunk, state, now: aMoment + 300, takes: false, ended, tally: state.tallied });
  await ledger.writeCards(cardEntries(chunk, state));
  await ledger.finishChunk(chunk.ref, aMoment + 400, 1);
  const [, , taken, settled] = spent;
  // Of chunk and call 2 each; the chunk moves within the index.
  expect(taken).toMatchObject({ units: 6, ofIndex: 2 });
  // Of chunk, call and tally 2 each.
  expect(settled).toMatchObject({ units: 6, ofIndex: 0 });
  expect(sumOf(spent)).toBe(120);
});

it('spends few write units on a file as a whole, beside its chunks', async () => {
  const { ledger, spent } = await openLedger();
  await ledger.noteReceiving(aRequestId, { at: aMoment, dueAt: aMoment + 1, readings: 1 });
  // The request, which moves within the index.
  expect(spent).toMatchObject([{ units: 3, ofIndex: 2 }]);
});
