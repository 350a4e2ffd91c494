import { describe, expect, it } from 'vitest';
import { noCounts } from '../../shared/limit-increase/counts.ts';
import type { Ledger } from '../../shared/limit-increase/ports.ts';
import type { CheckedNote } from '../../shared/limit-increase/upload-ledger.ts';
import { aChunk, aRequestId, aState, pars } from '../support/builders.ts';
import { aMoment } from '../support/fixed-clock.ts';
import { aCheckedNote, aFile, aReading, aReceipt, someProgress } from '../support/upload-builders.ts';
import { describeBothLedgers } from './ledger-both.ts';

const later = aMoment + 180_000;
const at = aMoment + 2_000;

async function withFile(openLedger: () => Promise<Ledger>): Promise<Ledger> {
  const ledger = await openLedger();
  await ledger.receive(aReceipt());
  return ledger;
}

const requestOf = async (ledger: Ledger) => (await ledger.readRequest(aRequestId))?.request;
const dueOf = async (ledger: Ledger, now: number) => (await ledger.listDue(now, 10)).map(({ dueAt }) => dueAt);

describeBothLedgers((openLedger) => {
  describe('a file that is being read', () => {
    it('becomes a request once, found by its object', async () => {
      const ledger = await openLedger();
      const receipt = aReceipt();
      expect(await ledger.receive(receipt)).toEqual({ result: 'received' });
      const again = aReceipt({ createdAt: aMoment + 9 });
      expect(await ledger.receive(again)).toEqual({ result: 'exists', request: receipt.request });
      expect(await ledger.readRequest(aRequestId)).toEqual({ request: receipt.request, counts: noCounts });
      const entry = { uploadKey: aFile.key, requestId: aRequestId, acceptedAt: aMoment };
      expect(await ledger.listUploads(aFile.key, { limit: 10 })).toEqual({ entries: [entry], last: true });
      expect(await dueOf(ledger, receipt.dueAt)).toEqual([receipt.dueAt]);
    });

    it('keeps what its reader notes, and falls due later with every note', async () => {
      const ledger = await withFile(openLedger);
      const note = { at, dueAt: later, readings: 2, progress: someProgress };
      expect(await ledger.noteReceiving(aRequestId, note)).toBe('noted');
      expect(await requestOf(ledger)).toMatchObject({ updatedAt: at, upload: { readings: 2, progress: someProgress } });
      expect(await ledger.noteReceiving(aRequestId, { at, dueAt: later + 1 })).toBe('noted');
      expect(await requestOf(ledger)).toMatchObject({ upload: { readings: 2, progress: someProgress } });
      expect(await dueOf(ledger, later)).toEqual([]);
      expect(await dueOf(ledger, later + 1)).toEqual([later + 1]);
    });

    it('keeps its totals from the first who knew them; the same again is well, others are not', async () => {
      const ledger = await withFile(openLedger);
      const checked = aCheckedNote();
      expect(await ledger.noteChecked(aRequestId, checked)).toBe('noted');
      const { at: checkedAt, dueAt: _, cardsTotal, chunksTotal, ...known } = checked;
      const standing = await requestOf(ledger);
      expect(standing).toMatchObject({ cardsTotal, chunksTotal, upload: { checkedAt, ...known } });
      expect(await ledger.noteChecked(aRequestId, { ...checked, at: at + 1 })).toBe('noted');
      const others: Partial<CheckedNote>[] = [
        { cardsTotal: 1 },
        { chunksTotal: 1 },
        { reading: { ...aReading, sha256: 'ff' } },
      ];
      for (const other of others)
        expect(await ledger.noteChecked(aRequestId, { ...checked, ...other })).toBe('differs');
      expect(await requestOf(ledger)).toEqual(standing);
    });

    it('is not thrown back by a slower reader', async () => {
      const ledger = await withFile(openLedger);
      await ledger.noteChecked(aRequestId, aCheckedNote());
      await ledger.noteReceiving(aRequestId, { at, dueAt: later, chunksWritten: 2 });
      const standing = await requestOf(ledger);
      const behind = { at: at + 1, dueAt: later };
      expect(await ledger.noteReceiving(aRequestId, { ...behind, progress: someProgress })).toBe('overtaken');
      expect(await ledger.noteReceiving(aRequestId, { ...behind, chunksWritten: 1 })).toBe('overtaken');
      expect(await requestOf(ledger)).toEqual(standing);
      expect(await ledger.noteReceiving(aRequestId, { ...behind, chunksWritten: 2 })).toBe('noted');
    });

    it('opens when every chunk is written, and not before', async () => {
      const ledger = await withFile(openLedger);
      await expect(ledger.openRequest(aRequestId, { at, dueAt: later })).rejects.toThrow();
      await ledger.noteChecked(aRequestId, aCheckedNote());
      await ledger.noteReceiving(aRequestId, { at, dueAt: later, chunksWritten: 1 });
      await expect(ledger.openRequest(aRequestId, { at, dueAt: later })).rejects.toThrow();
      await ledger.noteReceiving(aRequestId, { at, dueAt: later, chunksWritten: 2 });
      expect(await ledger.openRequest(aRequestId, { at, dueAt: later })).toBe('opened');
      expect(await requestOf(ledger)).toMatchObject({ status: 'open', updatedAt: at, cardsTotal: 3 });
      expect(await dueOf(ledger, later)).toEqual([later]);
    });

    it('that cannot be read opens with a failure and no card', async () => {
      const ledger = await withFile(openLedger);
      const failure = { reason: 'no_header', detail: 'The first line names no column.' };
      const refusal = { at, dueAt: later, failure };
      expect(await ledger.refuseUpload(aRequestId, refusal)).toBe('opened');
      expect(await requestOf(ledger)).toMatchObject({ status: 'open', cardsTotal: 0, upload: { failure } });
      expect(await ledger.refuseUpload(aRequestId, refusal)).toBe('opened');
      expect(await ledger.refuseUpload(aRequestId, { ...refusal, at: at + 1 })).toBe('not_receiving');
    });

    it('is not refused by one reader when another has read it through', async () => {
      const ledger = await withFile(openLedger);
      await ledger.noteChecked(aRequestId, aCheckedNote());
      const failure = { reason: 'forbidden', detail: 'The object may not be read.' };
      expect(await ledger.refuseUpload(aRequestId, { at, dueAt: later, failure })).toBe('overtaken');
      expect((await requestOf(ledger))?.upload?.failure).toBeUndefined();
    });

    it('that is abandoned is read no more, and ends with the cards that were taken of it', async () => {
      const ledger = await withFile(openLedger);
      const failure = { reason: 'object_gone', detail: 'The object was deleted.' };
      const abandoned = { at, dueAt: later, failure };
      await expect(ledger.abandonUpload(aRequestId, abandoned)).rejects.toThrow();
      await ledger.noteChecked(aRequestId, aCheckedNote());
      await expect(
        ledger.endAbandoned(aRequestId, { at, dueAt: later, cardsTotal: 1, chunksTotal: 2 }),
      ).rejects.toThrow();
      expect(await ledger.abandonUpload(aRequestId, abandoned)).toBe('abandoned');
      const standing = await requestOf(ledger);
      expect(standing).toMatchObject({ status: 'receiving', updatedAt: at, upload: { failure } });
      expect(await dueOf(ledger, later)).toEqual([later]);
      const again = { at: at + 1, dueAt: later + 1 };
      expect(await ledger.abandonUpload(aRequestId, { ...abandoned, ...again })).toBe('abandoned');
      expect(await ledger.noteReceiving(aRequestId, again)).toBe('not_receiving');
      expect(await ledger.noteReceiving(aRequestId, { ...again, chunksWritten: 2 })).toBe('not_receiving');
      expect(await ledger.noteChecked(aRequestId, aCheckedNote())).toBe('not_receiving');
      expect(await ledger.openRequest(aRequestId, again)).toBe('not_receiving');
      expect(await requestOf(ledger)).toEqual(standing);
      for (const _ of ['once', 'again'])
        expect(await ledger.endAbandoned(aRequestId, { ...again, cardsTotal: 1, chunksTotal: 2 })).toBe('opened');
      const ended = { status: 'open', updatedAt: at + 1, cardsTotal: 1, chunksTotal: 2, upload: { failure } };
      expect(await requestOf(ledger)).toMatchObject(ended);
      expect(await ledger.abandonUpload(aRequestId, abandoned)).toBe('not_receiving');
    });

    it('takes no note any more when it is open', async () => {
      const ledger = await withFile(openLedger);
      await ledger.noteChecked(aRequestId, aCheckedNote({ cardsTotal: 0, chunksTotal: 0 }));
      for (const _ of ['once', 'again'])
        expect(await ledger.openRequest(aRequestId, { at, dueAt: later })).toBe('opened');
      const standing = await requestOf(ledger);
      expect(await ledger.noteReceiving(aRequestId, { at, dueAt: later, readings: 9 })).toBe('not_receiving');
      expect(await ledger.noteChecked(aRequestId, aCheckedNote({ cardsTotal: 7 }))).toBe('not_receiving');
      expect(await ledger.openRequest(aRequestId, { at: at + 1, dueAt: later })).toBe('not_receiving');
      expect(await requestOf(ledger)).toEqual(standing);
    });

    it('that was never received takes no note', async () => {
      const ledger = await openLedger();
      await expect(ledger.noteReceiving(aRequestId, { at, dueAt: later })).rejects.toThrow();
      await expect(ledger.noteChecked(aRequestId, aCheckedNote())).rejects.toThrow();
      await expect(ledger.openRequest(aRequestId, { at, dueAt: later })).rejects.toThrow();
      await expect(ledger.reportWritten(aRequestId, 1, at)).rejects.toThrow();
    });
  });

  describe('chunks of a file', () => {
    const lined = (chunkNumber: number, lines: readonly number[], dueAt = later) => ({
      chunk: { ...aChunk({ ref: { requestId: aRequestId, chunkNumber }, pars: pars(lines.length) }), lines },
      state: aState(lines.length, { dueAt }),
    });

    it('are given back with the lines of their cards, in any order and however far apart', async () => {
      const ledger = await withFile(openLedger);
      const chunks = [lined(1, [2, 3, 4, 7]), lined(2, [5, 5, 5]), lined(3, [999_999_998, 999_999_999])];
      await ledger.writeChunks(chunks);
      for (const stored of chunks) expect(await ledger.readChunk(stored.chunk.ref)).toEqual(stored);
      expect(await dueOf(ledger, later)).toHaveLength(4);
    });

    it('are left as they are when they are written again', async () => {
      const ledger = await withFile(openLedger);
      await ledger.writeChunks([lined(1, [2, 3])]);
      const { chunk } = lined(1, [2, 3]);
      const leaseUntil = at + 30_000;
      const state = aState(2, { fence: 1, leaseUntil, dueAt: leaseUntil });
      await ledger.journal({ chunk, state, now: at, takes: true });
      await ledger.writeChunks([lined(1, [2, 3], later + 1), lined(2, [4])]);
      expect(await ledger.readChunk(chunk.ref)).toEqual({ chunk, state });
      expect(await ledger.readChunk({ requestId: aRequestId, chunkNumber: 2 })).toEqual(lined(2, [4]));
    });

    it('are refused if a card has no place', async () => {
      const ledger = await withFile(openLedger);
      const { chunk } = lined(1, [2, 3]);
      await expect(ledger.writeChunks([{ chunk, state: aState(1) }])).rejects.toThrow('every card');
    });
  });
});
