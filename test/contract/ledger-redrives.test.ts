import { expect, it } from 'vitest';
import { cutChunks } from '../../shared/limit-increase/chunk.ts';
import { noCounts, subtractCounts } from '../../shared/limit-increase/counts.ts';
import type { Ledger, StoredChunk } from '../../shared/limit-increase/ports.ts';
import type { RedriveBeginning, Reopening } from '../../shared/limit-increase/redrive-ledger.ts';
import { reopened } from '../../shared/limit-increase/reopened.ts';
import { aCorporation, anOrder, aPar, aRequestId, pars, retention } from '../support/builders.ts';
import { aMoment } from '../support/fixed-clock.ts';
import { giveUp } from '../support/given-up.ts';
import { aCheckedNote, aReceipt } from '../support/upload-builders.ts';
import { describeBothLedgers } from './ledger-both.ts';

const ref = { requestId: aRequestId, chunkNumber: 1 };
const at = aMoment + 5_000;
const dueAt = at + 120_000;

const aBeginning = (over: Partial<RedriveBeginning> = {}): RedriveBeginning => ({
  ...{ number: 1, redrive: { by: 'arn:operator', at, cards: 2, statuses: ['unresolved'] }, earlier: [], dueAt },
  ...over,
});

/** A settled order of one chunk of three cards, of which two were given up. */
async function withGivenUp(openLedger: () => Promise<Ledger>): Promise<[Ledger, StoredChunk]> {
  const ledger = await openLedger();
  const corporation = aCorporation();
  const expiresAt = retention(aMoment);
  const chunks = cutChunks({
    requestId: aRequestId,
    acceptedAt: aMoment,
    expiresAt,
    corporation,
    pars: pars(3),
    dueAt: aMoment,
  });
  await ledger.accept(anOrder(chunks));
  const stored = await giveUp(ledger, ref, { cards: 2, at: aMoment + 1_000 });
  await ledger.settleRequest(aRequestId, aMoment + 1_000);
  return [ledger, stored];
}

function reopeningOf({ chunk, state: settled }: StoredChunk, when = at): Reopening {
  const state = reopened(settled, { number: 1, statuses: ['unresolved'] }, when);
  if (state === undefined) throw new Error('a card of the chunk was given up');
  return { chunk, state, tally: subtractCounts(state.tallied, settled.tallied) };
}

const countsOf = async (ledger: Ledger) => (await ledger.readRequest(aRequestId))?.counts;
const requestOf = async (ledger: Ledger) => (await ledger.readRequest(aRequestId))?.request;

describeBothLedgers((openLedger) => {
  it('opens a settled request again, says by whom, and brings it back into the open work', async () => {
    const [ledger] = await withGivenUp(openLedger);
    expect(await ledger.listDue(dueAt, 10)).toEqual([]);
    expect(await ledger.beginRedrive(aRequestId, aBeginning())).toBe('begun');
    expect(await requestOf(ledger)).toMatchObject({
      ...{ status: 'open', updatedAt: at, redriven: 1 },
      redriving: { number: 1, chunksDone: 0, statuses: ['unresolved'] },
      redrives: [aBeginning().redrive],
    });
    expect(await ledger.listDue(dueAt - 1, 10)).toEqual([]);
    expect(await ledger.listDue(dueAt, 10)).toEqual([{ work: 'request', requestId: aRequestId, dueAt }]);
  });

  it('keeps the statuses of each redrive, and those of the one that is under way', async () => {
    const [ledger] = await withGivenUp(openLedger);
    const first = { by: 'arn:first', at: at - 1, cards: 1, statuses: ['rejected'] } as const;
    const redrive = { by: 'arn:operator', at, cards: 2, statuses: ['unresolved', 'not_found'] } as const;
    await ledger.beginRedrive(aRequestId, aBeginning({ redrive, earlier: [first] }));
    await ledger.noteRedriving(aRequestId, { number: 1, chunksDone: 16 }, at + 1);
    expect(await requestOf(ledger)).toMatchObject({
      redriving: { number: 1, chunksDone: 16, statuses: ['unresolved', 'not_found'] },
      redrives: [first, redrive],
    });
  });

  it('keeps the number of the redrive with a result, in the chunk too', async () => {
    const [ledger, stored] = await withGivenUp(openLedger);
    await ledger.reopenChunk(reopeningOf(stored));
    const { state } = await giveUp(ledger, ref, { cards: 1, at: at + 10, as: 'not_found' });
    expect((await ledger.readChunk(ref))?.state.results).toEqual(state.results);
    expect([...state.results].map(([position, { redrive }]) => [position, redrive])).toEqual([
      ...[
        [0, undefined],
        [1, 1],
        [2, 1],
      ],
    ]);
    expect((await ledger.readCardHistory(aPar(3))).map((entry) => [entry.entry, entry.redrive])).toEqual([
      ...[
        ['result', 1],
        ['result', undefined],
      ],
    ]);
  });

  it('lets one of two redrives begin, and knows the one that comes again', async () => {
    const [ledger] = await withGivenUp(openLedger);
    const mine = aBeginning();
    const other = aBeginning({ redrive: { ...mine.redrive, by: 'arn:other' } });
    const ends = await Promise.all([ledger.beginRedrive(aRequestId, mine), ledger.beginRedrive(aRequestId, other)]);
    expect(ends.sort()).toEqual(['begun', 'stands']);
    const winner = (await requestOf(ledger))?.redrives?.[0];
    const again = winner?.by === 'arn:other' ? other : mine;
    expect(await ledger.beginRedrive(aRequestId, again)).toBe('begun');
  });

  it('begins no redrive of a request that is open, or whose number is not the next', async () => {
    const [ledger] = await withGivenUp(openLedger);
    expect(await ledger.beginRedrive(aRequestId, aBeginning({ number: 2 }))).toBe('stands');
    await ledger.beginRedrive(aRequestId, aBeginning());
    expect(await ledger.beginRedrive(aRequestId, aBeginning({ number: 2 }))).toBe('stands');
    await expect(ledger.beginRedrive('NONE', aBeginning())).rejects.toThrow();
  });

  it('reopens a chunk once: its cards leave the tally once, whoever comes, and however often', async () => {
    const [ledger, stored] = await withGivenUp(openLedger);
    expect(await countsOf(ledger)).toEqual({ ...noCounts, named: 1, unresolved: 2 });
    const reopening = reopeningOf(stored);
    expect(await ledger.reopenChunk(reopening)).toBe('reopened');
    expect(await ledger.reopenChunk(reopening)).toBe('reopened');
    expect(await ledger.reopenChunk(reopeningOf(stored, at + 1))).toBe('stands');
    expect(await countsOf(ledger)).toEqual({ ...noCounts, named: 1 });
    expect((await ledger.readChunk(ref))?.state).toEqual(reopening.state);
    expect(await ledger.listDue(at, 10)).toEqual([{ work: 'chunk', ref, dueAt: at }]);
  });

  it('lets one of two reopen a chunk, and leaves one that was taken meanwhile', async () => {
    const [ledger, stored] = await withGivenUp(openLedger);
    const two = [reopeningOf(stored), reopeningOf(stored, at + 1)];
    const ends = await Promise.all(two.map((one) => ledger.reopenChunk(one)));
    expect(ends.sort()).toEqual(['reopened', 'stands']);
    await giveUp(ledger, ref, { cards: 2, at: at + 10 });
    expect(await ledger.reopenChunk(reopeningOf(stored, at + 2))).toBe('stands');
    expect(await countsOf(ledger)).toEqual({ ...noCounts, named: 1, unresolved: 2 });
  });

  it('reopens no chunk that is open', async () => {
    const [ledger, stored] = await withGivenUp(openLedger);
    const reopening = reopeningOf(stored);
    await ledger.reopenChunk(reopening);
    const { fence } = reopening.state;
    const again = { ...reopening, state: { ...reopening.state, fence: fence + 1 } };
    expect(await ledger.reopenChunk(again)).toBe('stands');
    expect(await countsOf(ledger)).toEqual({ ...noCounts, named: 1 });
  });

  it('takes no reopening that is none, or of a chunk that is not there', async () => {
    const [ledger, stored] = await withGivenUp(openLedger);
    const reopening = reopeningOf(stored);
    const settled = { ...stored.state, fence: stored.state.fence + 1, redriven: 1 };
    await expect(ledger.reopenChunk({ ...reopening, state: settled })).rejects.toThrow('whoever takes it');
    const strange = { ...stored.chunk, ref: { ...ref, chunkNumber: 2 } };
    await expect(ledger.reopenChunk({ ...reopening, chunk: strange })).rejects.toThrow();
  });

  it('settles no request that is redriving, or that was redriven since its cards were counted', async () => {
    const [ledger] = await withGivenUp(openLedger);
    await ledger.beginRedrive(aRequestId, aBeginning());
    for (const redriven of [undefined, 1]) await ledger.settleRequest(aRequestId, at + 1, { redriven });
    expect((await requestOf(ledger))?.status).toBe('open');
    await ledger.endRedrive(aRequestId, 1, dueAt);
    await ledger.settleRequest(aRequestId, at + 2);
    expect((await requestOf(ledger))?.status).toBe('open');
    await ledger.settleRequest(aRequestId, at + 3, { redriven: 1 });
    expect(await requestOf(ledger)).toMatchObject({ status: 'settled', updatedAt: at + 3 });
    expect(await ledger.listDue(dueAt * 2, 10)).toEqual([]);
  });

  it('does not take the end of a worker who found the chunk settled for the end of one that was reopened', async () => {
    const [ledger, stored] = await withGivenUp(openLedger);
    await ledger.reopenChunk(reopeningOf(stored));
    await ledger.finishChunk(ref, at + 1, stored.state.fence);
    expect((await ledger.readChunk(ref))?.state.stage).toBe('open');
    await giveUp(ledger, ref, { cards: 0, at: at + 10, finish: false });
    await ledger.finishChunk(ref, at + 11, stored.state.fence);
    expect((await ledger.readChunk(ref))?.state.stage).toBe('settled');
  });

  it('notes how far a redrive came and never back, and its end once; another one is left alone', async () => {
    const [ledger] = await withGivenUp(openLedger);
    await ledger.beginRedrive(aRequestId, aBeginning());
    await ledger.noteRedriving(aRequestId, { number: 1, chunksDone: 32 }, at + 1);
    await ledger.noteRedriving(aRequestId, { number: 1, chunksDone: 16 }, at + 2);
    await ledger.noteRedriving(aRequestId, { number: 2, chunksDone: 48 }, at + 2);
    await ledger.endRedrive(aRequestId, 2, at + 2);
    expect((await requestOf(ledger))?.redriving).toEqual({ number: 1, chunksDone: 32, statuses: ['unresolved'] });
    expect(await ledger.listDue(at + 2, 10)).toEqual([{ work: 'request', requestId: aRequestId, dueAt: at + 1 }]);
    await ledger.endRedrive(aRequestId, 1, at + 3);
    await ledger.endRedrive(aRequestId, 1, at + 4);
    await ledger.noteRedriving(aRequestId, { number: 1, chunksDone: 48 }, at + 5);
    expect(await requestOf(ledger)).not.toHaveProperty('redriving');
    expect(await ledger.listDue(at + 5, 10)).toEqual([{ work: 'request', requestId: aRequestId, dueAt: at + 3 }]);
  });

  it('has a file owe the report of the next edition, and takes none of the edition before', async () => {
    const ledger = await openLedger();
    await ledger.receive(aReceipt());
    await ledger.noteChecked(aRequestId, aCheckedNote({ cardsTotal: 0, chunksTotal: 0 }));
    await ledger.openRequest(aRequestId, { at, dueAt: at });
    await ledger.settleRequest(aRequestId, at, { reportDueAt: at });
    await ledger.reportWritten(aRequestId, 1, at + 1);
    await ledger.beginRedrive(aRequestId, aBeginning({ edition: 2 }));
    const { upload } = (await requestOf(ledger)) ?? {};
    expect(upload).toMatchObject({ edition: 2 });
    expect(upload).not.toHaveProperty('reportedAt');
    expect(await ledger.reportWritten(aRequestId, 1, at + 2)).toBe('outdated');
    await ledger.endRedrive(aRequestId, 1, at + 2);
    await ledger.settleRequest(aRequestId, at + 3, { reportDueAt: at + 4, redriven: 1 });
    expect(await ledger.reportWritten(aRequestId, 2, at + 5)).toBe('noted');
    expect((await requestOf(ledger))?.upload).toMatchObject({ edition: 2, reportedAt: at + 5 });
  });
});
