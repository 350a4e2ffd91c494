import { describe, expect, it } from 'vitest';
import { nothingNoted, type PlatformState } from '../../shared/limit-increase/platform-state.ts';
import { aChunk, anOrder, aRequestId, aState } from '../support/builders.ts';
import { aMoment } from '../support/fixed-clock.ts';
import { describeBothLedgers } from './ledger-both.ts';

const chunk = { requestId: aRequestId, chunkNumber: 1 };
const call = { chunk, corporation: '0123456789abcdef', keyId: '0123456789ab', sentAt: aMoment };

/** All that can be noted of the platform. */
const everything: PlatformState = {
  version: 1,
  open: { reason: 'no_answer', openedAt: aMoment, turns: 3, lastTurnAt: aMoment + 50_000, lastTurn: chunk },
  openTotalMs: 7_000,
  recoveredAt: aMoment - 60_000,
  failures: [{ chunk, at: aMoment }],
  refusals: [call],
  answers: [{ ...call, keyId: undefined }],
  refusedCorporations: [{ corporation: 'fedcba9876543210', attempts: 2, until: aMoment + 120_000 }],
  pace: { intervalMs: 6_790.5, nextAt: aMoment + 61_000, limitedAt: aMoment + 1_000, resumesAt: aMoment + 61_000 },
};

describeBothLedgers((openLedger) => {
  describe("the platform's state", () => {
    it('is that nothing is noted as long as nobody wrote anything', async () => {
      const ledger = await openLedger();
      expect(await ledger.readPlatformState()).toEqual(nothingNoted);
    });

    it('is read as it was written', async () => {
      const ledger = await openLedger();
      expect(await ledger.writePlatformState(everything)).toBe('written');
      expect(await ledger.readPlatformState()).toEqual(everything);
    });

    it('keeps nothing of what it held before', async () => {
      const ledger = await openLedger();
      await ledger.writePlatformState(everything);
      expect(await ledger.writePlatformState({ ...nothingNoted, version: 2 })).toBe('written');
      expect(await ledger.readPlatformState()).toEqual({ ...nothingNoted, version: 2 });
    });

    it('is written by one of two who have read the same', async () => {
      const ledger = await openLedger();
      await ledger.writePlatformState(everything);
      const [one, other] = [1, 2].map((openTotalMs) => ({ ...nothingNoted, version: 2, openTotalMs }));
      if (one === undefined || other === undefined) throw new Error('two are given');
      const ends = await Promise.all([ledger.writePlatformState(one), ledger.writePlatformState(other)]);
      expect(ends.toSorted()).toEqual(['stands', 'written']);
      expect(await ledger.readPlatformState()).toEqual(ends[0] === 'written' ? one : other);
    });

    it('is written first by one of two', async () => {
      const ledger = await openLedger();
      const ends = await Promise.all(
        [1, 2].map((openTotalMs) => ledger.writePlatformState({ ...nothingNoted, version: 1, openTotalMs })),
      );
      expect(ends.toSorted()).toEqual(['stands', 'written']);
    });

    it.each([1, 3, 7])(
      'is left as it is by who knows version %i less one, and not the one that stands',
      async (version) => {
        const ledger = await openLedger();
        for (const next of [1, 2, 3, 4]) await ledger.writePlatformState({ ...nothingNoted, version: next });
        expect(await ledger.writePlatformState({ ...everything, version })).toBe('stands');
        expect(await ledger.readPlatformState()).toEqual({ ...nothingNoted, version: 4 });
      },
    );

    it('is written once by a write that comes twice', async () => {
      const ledger = await openLedger();
      for (let times = 0; times < 2; times += 1) expect(await ledger.writePlatformState(everything)).toBe('written');
      const closed = { ...everything, version: 2, open: undefined, pace: undefined };
      for (let times = 0; times < 2; times += 1) expect(await ledger.writePlatformState(closed)).toBe('written');
      expect((await ledger.readPlatformState()).version).toBe(2);
    });
  });

  describe('due work of one kind', () => {
    it('is found however much of the other kind is due before it', async () => {
      const ledger = await openLedger();
      const chunks = [1, 2, 3].map((chunkNumber) => ({
        chunk: aChunk({ ref: { ...chunk, chunkNumber } }),
        state: aState(2, { dueAt: aMoment }),
      }));
      await ledger.accept({ ...anOrder(chunks), dueAt: aMoment + 1 });
      const request = { work: 'request', requestId: aRequestId, dueAt: aMoment + 1 };
      expect(await ledger.listDue(aMoment + 1, 1, 'request')).toEqual([request]);
      expect(await ledger.listDue(aMoment + 1, 2, 'chunk')).toMatchObject([{ work: 'chunk' }, { work: 'chunk' }]);
      expect(await ledger.listDue(aMoment + 1, 10, 'chunk')).toHaveLength(3);
    });
  });
});
