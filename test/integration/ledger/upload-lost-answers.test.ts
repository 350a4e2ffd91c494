import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { aChunk, aRequestId, aState, pars } from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { aCheckedNote, aFile, aReceipt, someProgress } from '../../support/upload-builders.ts';
import { loseAnswers } from './wire.ts';

// Every write of a file has taken effect, its answer is lost, and the SDK repeats it: the verb must say what it would
// have said, or its caller would leave to others what only it knows of.

const at = aMoment + 2_000;
const moments = { at, dueAt: aMoment + 180_000 };
const failure = { reason: 'no_header', detail: 'The first line names no column.' };

let emulator: DynamoDbEmulator;
beforeAll(async () => {
  emulator = await startDynamoDbEmulator();
});
afterAll(() => emulator.stop());

async function openWithFile() {
  const table = await emulator.createTable();
  const ledger = createLedger({ ...table, clock: createFixedClock() });
  expect(await ledger.receive(aReceipt())).toEqual({ result: 'received' });
  const stored = async () => (await ledger.readRequest(aRequestId))?.request;
  return { ledger, stored, lose: (command?: RegExp) => loseAnswers(table.client, 1, command) };
}

async function openChecked() {
  const opened = await openWithFile();
  await opened.ledger.noteChecked(aRequestId, aCheckedNote());
  await opened.ledger.noteReceiving(aRequestId, { ...moments, chunksWritten: 2 });
  return opened;
}

async function openSettled() {
  const opened = await openWithFile();
  await opened.ledger.refuseUpload(aRequestId, { ...moments, failure });
  await opened.ledger.settleRequest(aRequestId, at, { reportDueAt: moments.dueAt });
  return opened;
}

describe('when the answer to a write for a file is lost and the SDK repeats it', () => {
  it('is received once, and known as received by this reader', async () => {
    const table = await emulator.createTable();
    const ledger = createLedger({ ...table, clock: createFixedClock() });
    loseAnswers(table.client, 1);
    expect(await ledger.receive(aReceipt())).toEqual({ result: 'received' });
    expect((await ledger.listUploads(aFile.key, { limit: 10 })).entries).toHaveLength(1);
  });

  it.each([
    ['that a reader began', { readings: 1 }],
    ['of its progress', { progress: someProgress }],
    ['of chunks that were written', { chunksWritten: 1 }],
  ])('takes a note %s for noted', async (_, note) => {
    const { ledger, stored, lose } = await openWithFile();
    lose();
    expect(await ledger.noteReceiving(aRequestId, { ...moments, ...note })).toBe('noted');
    expect(await stored()).toMatchObject({ updatedAt: at, upload: note });
  });

  it('takes its totals for noted', async () => {
    const { ledger, stored, lose } = await openWithFile();
    lose();
    expect(await ledger.noteChecked(aRequestId, aCheckedNote())).toBe('noted');
    expect(await stored()).toMatchObject({ cardsTotal: 3, chunksTotal: 2 });
  });

  it('writes its chunks once, whichever answer is lost', async () => {
    const { ledger, lose } = await openChecked();
    const chunk = { ...aChunk({ ref: { requestId: aRequestId, chunkNumber: 1 }, pars: pars(2) }), lines: [2, 3] };
    for (const [index, command] of [/^BatchWrite/, /^Put/].entries()) {
      const chunkNumber = index + 1;
      const stored = { chunk: { ...chunk, ref: { ...chunk.ref, chunkNumber } }, state: aState(2) };
      lose(command);
      await ledger.writeChunks([stored]);
      expect(await ledger.readChunk(stored.chunk.ref)).toEqual(stored);
    }
  });

  it('takes the request that it has opened for opened by itself', async () => {
    const { ledger, stored, lose } = await openChecked();
    lose();
    expect(await ledger.openRequest(aRequestId, moments)).toBe('opened');
    expect(await stored()).toMatchObject({ status: 'open', updatedAt: at });
  });

  it('takes the file that it has refused for refused by itself, so that an operator hears of it', async () => {
    const { ledger, stored, lose } = await openWithFile();
    lose();
    expect(await ledger.refuseUpload(aRequestId, { ...moments, failure })).toBe('opened');
    expect(await stored()).toMatchObject({ status: 'open', upload: { failure } });
  });

  it('takes the file that it has abandoned, and then ended, for ended by itself', async () => {
    const { ledger, stored, lose } = await openChecked();
    lose();
    expect(await ledger.abandonUpload(aRequestId, { ...moments, failure })).toBe('abandoned');
    lose();
    const taken = { ...moments, cardsTotal: 1, chunksTotal: 1 };
    expect(await ledger.endAbandoned(aRequestId, taken)).toBe('opened');
    expect(await stored()).toMatchObject({ status: 'open', cardsTotal: 1, chunksTotal: 1, upload: { failure } });
  });

  it('settles and postpones quietly, and stays among the open work for its report', async () => {
    const { ledger, stored, lose } = await openWithFile();
    await ledger.refuseUpload(aRequestId, { ...moments, failure });
    lose();
    await ledger.settleRequest(aRequestId, at + 1, { reportDueAt: moments.dueAt });
    lose();
    await ledger.postponeRequest(aRequestId, moments.dueAt + 1);
    expect(await stored()).toMatchObject({ status: 'settled', updatedAt: at + 1 });
    expect(await ledger.listDue(moments.dueAt + 1, 10)).toMatchObject([{ dueAt: moments.dueAt + 1 }]);
  });

  it('takes the report that it has noted for noted by itself, so that its writer tells of it', async () => {
    const { ledger, stored, lose } = await openSettled();
    lose();
    expect(await ledger.reportWritten(aRequestId, 1, at + 5)).toBe('noted');
    expect(await stored()).toMatchObject({ upload: { reportedAt: at + 5 } });
  });
});
