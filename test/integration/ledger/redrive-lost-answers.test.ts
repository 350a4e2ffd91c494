import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { cutChunks } from '../../../shared/limit-increase/chunk.ts';
import { noCounts, subtractCounts } from '../../../shared/limit-increase/counts.ts';
import { reopened } from '../../../shared/limit-increase/reopened.ts';
import { aCorporation, anOrder, aRequestId, pars, retention } from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { giveUp } from '../../support/given-up.ts';
import { loseAnswers } from './wire.ts';

// Every write of a redrive has taken effect, its answer is lost, and the SDK repeats it.

const ref = { requestId: aRequestId, chunkNumber: 1 };
const at = aMoment + 5_000;
const statuses = ['unresolved'] as const;
const beginning = { number: 1, redrive: { by: 'arn:operator', at, cards: 1, statuses }, earlier: [], dueAt: at };

let emulator: DynamoDbEmulator;
beforeAll(async () => {
  emulator = await startDynamoDbEmulator();
});
afterAll(() => emulator.stop());

async function openGivenUp() {
  const table = await emulator.createTable();
  const ledger = createLedger({ ...table, clock: createFixedClock() });
  const cut = {
    requestId: aRequestId,
    acceptedAt: aMoment,
    expiresAt: retention(aMoment),
    corporation: aCorporation(),
    pars: pars(2),
    dueAt: aMoment,
  };
  await ledger.accept(anOrder(cutChunks(cut)));
  const { chunk, state } = await giveUp(ledger, ref, { cards: 1, at: aMoment + 1 });
  await ledger.settleRequest(aRequestId, aMoment + 1);
  return { ledger, chunk, settled: state, lose: () => loseAnswers(table.client, 1) };
}

it('is begun by whoever began it, and by nobody else', async () => {
  const { ledger, lose } = await openGivenUp();
  lose();
  expect(await ledger.beginRedrive(aRequestId, beginning)).toBe('begun');
  const other = { ...beginning, redrive: { ...beginning.redrive, by: 'arn:other' } };
  expect(await ledger.beginRedrive(aRequestId, other)).toBe('stands');
  expect((await ledger.readRequest(aRequestId))?.request.redrives).toEqual([beginning.redrive]);
});

it('reopens a chunk once, and takes its cards from the tally once', async () => {
  const { ledger, chunk, settled, lose } = await openGivenUp();
  const state = reopened(settled, { number: 1, statuses }, at);
  if (state === undefined) throw new Error('a card of the chunk was given up');
  lose();
  const reopening = { chunk, state, tally: subtractCounts(state.tallied, settled.tallied) };
  expect(await ledger.reopenChunk(reopening)).toBe('reopened');
  expect((await ledger.readRequest(aRequestId))?.counts).toEqual({ ...noCounts, named: 1 });
});

it('notes how far it came, and ends', async () => {
  const { ledger, lose } = await openGivenUp();
  await ledger.beginRedrive(aRequestId, beginning);
  lose();
  await ledger.noteRedriving(aRequestId, { number: 1, chunksDone: 1 }, at + 1);
  expect((await ledger.readRequest(aRequestId))?.request.redriving).toEqual({ number: 1, chunksDone: 1, statuses });
  lose();
  await ledger.endRedrive(aRequestId, 1, at + 2);
  expect((await ledger.readRequest(aRequestId))?.request).not.toHaveProperty('redriving');
});
