import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import type { CardEntry } from '../../../shared/limit-increase/ports.ts';
import type { NamedBy } from '../../../shared/limit-increase/terms.ts';
import { aChunk, anOrder, aPar, aRequestId, aState, pars, retention } from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { takeOnly } from './wire.ts';

let emulator: DynamoDbEmulator;
beforeAll(async () => {
  emulator = await startDynamoDbEmulator();
});
afterAll(() => emulator.stop());

async function open() {
  const table = await emulator.createTable();
  const clock = createFixedClock();
  return { ...table, ledger: createLedger({ ...table, clock, pause: async () => {} }) };
}

const anEntry = (over: Partial<CardEntry> = {}): CardEntry =>
  ({
    ...{
      par: aPar(),
      requestId: aRequestId,
      acceptedAt: aMoment,
      expiresAt: retention(aMoment),
      bizLicenseNo: '1168200276',
    },
    ...{ registrationNumber: '1101110062432', updatedAt: aMoment, entry: 'result', status: 'named' },
    ...over,
  }) as CardEntry;

// failures: F108
it('writes every card although the table takes only some of each batch', async () => {
  const { client, ledger } = await open();
  takeOnly(client, 6);
  const cards = pars(110);
  await ledger.writeCards(cards.map((par) => anEntry({ par })));
  const histories = await Promise.all(cards.map((par) => ledger.readCardHistory(par)));
  expect(histories.flat()).toHaveLength(110);
});

it('throws when the table takes nothing at all', async () => {
  const { client, ledger } = await open();
  takeOnly(client, 0);
  await expect(ledger.writeCards([anEntry()])).rejects.toThrow('writeCards: 1 of 1 items were not taken');
});

it("reads a card's history to its end, over several pages", async () => {
  const { ledger } = await open();
  const message = '가'.repeat(1_000);
  const entries = Array.from({ length: 700 }, (_, n) => anEntry({ acceptedAt: aMoment - n, message }));
  await ledger.writeCards(entries);
  expect(await ledger.readCardHistory(aPar())).toEqual(entries);
});

it('finds due work in all shards of the index', async () => {
  const { ledger } = await open();
  for (let n = 0; n < 40; n += 1) {
    const ref = { requestId: `R${n}`, chunkNumber: 1 };
    await ledger.accept(anOrder([{ chunk: aChunk({ ref }), state: aState(2, { dueAt: aMoment + n }) }]));
  }
  const due = await ledger.listDue(aMoment + 39, 1_000);
  expect(due.map(({ dueAt }) => dueAt - aMoment)).toEqual(Array.from({ length: 40 }, (_, n) => n));
});

it('keeps whose namings a million cards are, in items that the table takes', async () => {
  const { ledger } = await open();
  const of = { requestId: aRequestId, edition: 1, expiresAt: retention(aMoment) };
  const cards: NamedBy[] = Array.from({ length: 100 }, () => 'presumed_this_corporation');
  const namings = new Map(Array.from({ length: 10_000 }, (_, index) => [index + 1, cards]));
  await ledger.keepNamings(of, namings);
  expect(await ledger.readNamings(of)).toEqual(namings);
});
