import { describe, expect, it } from 'vitest';
import type { Down, PlatformState } from '../../shared/limit-increase/platform-state.ts';
import { aChunk, anOrder, aRequestId, aState } from '../support/builders.ts';
import { aMoment } from '../support/fixed-clock.ts';
import { describeBothLedgers } from './ledger-both.ts';

const down = { reason: 'no_answer', since: aMoment, nextProbeAt: aMoment + 15_000 } as const;
const chunk = { requestId: aRequestId, chunkNumber: 1 };

function asDown(state: PlatformState): Down {
  if (state.state === 'up') throw new Error('the platform is down');
  return state;
}

describeBothLedgers((openLedger) => {
  describe("the platform's state", () => {
    it('is up as long as nobody declared anything else', async () => {
      const ledger = await openLedger();
      expect(await ledger.readPlatformState()).toEqual({ state: 'up', downTotalMs: 0 });
    });

    it('is declared down once; who comes second finds that it stands', async () => {
      const ledger = await openLedger();
      expect(await ledger.declareDown(down)).toBe('declared');
      expect(await ledger.declareDown(down)).toBe('declared');
      const other = { ...down, reason: 'credentials_refused', since: aMoment + 1 } as const;
      expect(await ledger.declareDown(other)).toBe('stands');
      expect(await ledger.readPlatformState()).toEqual({ ...down, state: 'down', probes: 0, downTotalMs: 0 });
    });

    it('gives each probe to one worker, and knows its chunk', async () => {
      const ledger = await openLedger();
      await ledger.declareDown(down);
      const known = asDown(await ledger.readPlatformState());
      const probe = { chunk, nextProbeAt: aMoment + 45_000 };
      expect(await ledger.takeProbe(known, probe)).toBe(true);
      expect(await ledger.takeProbe(known, probe)).toBe(true);
      const rival = { chunk: { ...chunk, chunkNumber: 2 }, nextProbeAt: aMoment + 45_001 };
      expect(await ledger.takeProbe(known, rival)).toBe(false);
      const next = asDown(await ledger.readPlatformState());
      expect(next).toMatchObject({ probes: 1, lastProbed: chunk, nextProbeAt: aMoment + 45_000 });
      expect(await ledger.takeProbe(next, { ...rival, nextProbeAt: aMoment + 105_000 })).toBe(true);
    });

    it('gives no probe while it is up', async () => {
      const ledger = await openLedger();
      const probe = { chunk, nextProbeAt: aMoment };
      expect(await ledger.takeProbe({ ...down, state: 'down', probes: 0 }, probe)).toBe(false);
    });

    it('counts the time of each outage once', async () => {
      const ledger = await openLedger();
      await ledger.declareDown(down);
      const end = { since: aMoment, at: aMoment + 7_000 };
      expect(await ledger.declareUp(end)).toBe('declared');
      expect(await ledger.declareUp(end)).toBe('declared');
      expect(await ledger.declareUp({ ...end, at: aMoment + 8_000 })).toBe('stands');
      expect(await ledger.readPlatformState()).toEqual({ state: 'up', since: end.at, downTotalMs: 7_000 });
      await ledger.declareDown({ ...down, since: aMoment + 10_000 });
      expect(await ledger.declareUp(end)).toBe('stands');
      await ledger.declareUp({ since: aMoment + 10_000, at: aMoment + 11_000 });
      expect(await ledger.readPlatformState()).toMatchObject({ state: 'up', downTotalMs: 8_000 });
    });

    it('forgets the probes of an outage that has ended', async () => {
      const ledger = await openLedger();
      await ledger.declareDown(down);
      const known = asDown(await ledger.readPlatformState());
      await ledger.takeProbe(known, { chunk, nextProbeAt: aMoment + 45_000 });
      await ledger.declareUp({ since: aMoment, at: aMoment + 1 });
      await ledger.declareDown({ ...down, since: aMoment + 2 });
      expect(await ledger.readPlatformState()).toEqual({
        ...{ ...down, since: aMoment + 2 },
        ...{ state: 'down', probes: 0, downTotalMs: 1 },
      });
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
