import { describe, expect, it } from 'vitest';
import { untouched } from '../../../shared/limit-increase/chunk.ts';
import { createSettleIfComplete } from '../../../shared/limit-increase/finish.ts';
import { aChunk, aRequestId, pars } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { aCheckedNote, aReceipt } from '../../support/upload-builders.ts';
import { openSettleWorld, ref } from './settle-world.ts';

const moments = { at: aMoment, dueAt: aMoment + 600_000 };

/** A file of one chunk of two cards that is open. */
async function openFile() {
  const world = openSettleWorld();
  const { ledger } = world;
  await ledger.receive(aReceipt());
  await ledger.noteChecked(aRequestId, aCheckedNote({ cardsTotal: 2, chunksTotal: 1 }));
  const chunk = { ...aChunk({ pars: pars(2) }), lines: [2, 3] };
  await ledger.writeChunks([{ chunk, state: untouched(2, aMoment, aMoment + 900_000) }]);
  await ledger.noteReceiving(aRequestId, { ...moments, chunksWritten: 1 });
  return world;
}

describe('the last chunk of a file', () => {
  it('settles the request, which stays among the open work, and rings for the report', async () => {
    const { ledger, worker, bounds, bells, clock } = await openFile();
    await ledger.openRequest(aRequestId, moments);
    expect((await worker().takeRung(ref, bounds())).end).toBe('settled');
    expect(bells.reports).toEqual([aRequestId]);
    expect((await ledger.readRequest(aRequestId))?.request.status).toBe('settled');
    const due = await ledger.listDue(clock() + 60_000, 10);
    expect(due).toEqual([{ work: 'request', requestId: aRequestId, dueAt: clock() + 60_000 }]);
  });

  // failures: F037
  it('settles the request though the bell of the report fails, and tells of it', async () => {
    const { ledger, worker, bounds, bells, noticesOf, clock } = await openFile();
    await ledger.openRequest(aRequestId, moments);
    bells.fail(new Error('the queue is away'));
    expect((await worker().takeRung(ref, bounds())).end).toBe('settled');
    expect((await ledger.readRequest(aRequestId))?.request.status).toBe('settled');
    expect(noticesOf('bell_failed')).toMatchObject([{ bell: 'report', requestId: aRequestId }]);
    expect(await ledger.listDue(clock() + 60_000, 10)).toMatchObject([{ work: 'request' }]);
  });

  it('that is settled before the file is read to its end leaves the request receiving', async () => {
    const { ledger, worker, bounds, bells, depsOver } = await openFile();
    expect((await worker().takeRung(ref, bounds())).end).toBe('settled');
    expect((await ledger.readRequest(aRequestId))?.request.status).toBe('receiving');
    expect(bells.reports).toEqual([]);
    await ledger.openRequest(aRequestId, moments);
    expect(await createSettleIfComplete(depsOver(ledger))(aRequestId)).toBe(true);
    expect(bells.reports).toEqual([aRequestId]);
  });
});

it('an order of the API leaves the open work when it is settled, and nothing is rung', async () => {
  const { order, worker, bounds, bells, ledger, clock } = openSettleWorld();
  await order(130);
  for (const chunkNumber of [1, 2]) await worker().takeDue({ ...ref, chunkNumber }, bounds());
  expect((await ledger.readRequest(aRequestId))?.request.status).toBe('settled');
  expect(await ledger.listDue(clock() + 10 ** 9, 10)).toEqual([]);
  expect(bells.reports).toEqual([]);
});
