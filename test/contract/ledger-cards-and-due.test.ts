import { describe, expect, it } from 'vitest';
import type { CardEntry, DueWork } from '../../shared/limit-increase/ports.ts';
import type { Par } from '../../shared/limit-increase/terms.ts';
import {
  aCallingState,
  aChunk,
  aCorrelationId,
  anEndedCall,
  anOrder,
  aPar,
  aRequestId,
  aSettledState,
  aState,
  leaseMs,
  pars,
  retention,
} from '../support/builders.ts';
import { aMoment } from '../support/fixed-clock.ts';
import { describeBothLedgers } from './ledger-both.ts';

const card = (par: Par, acceptedAt: number, requestId: string) => ({
  ...{ par, acceptedAt, expiresAt: retention(acceptedAt), requestId },
  ...{ bizLicenseNo: '1168200276', registrationNumber: '1101110062432' },
  ...{ correlationId: aCorrelationId(), updatedAt: acceptedAt + 250 },
});

const aResultEntry = (par = aPar(), acceptedAt = aMoment, requestId = aRequestId): CardEntry => ({
  ...card(par, acceptedAt, requestId),
  ...{ entry: 'result', status: 'already_named', code: '003_050', message: 'all named process has been completed' },
});

const aTrace = (par = aPar(), acceptedAt = aMoment, requestId = aRequestId, presumedElsewhere = false): CardEntry => ({
  ...card(par, acceptedAt, requestId),
  ...{ entry: 'maybe', presumedElsewhere },
});

const ref = { requestId: aRequestId, chunkNumber: 1 };
const chunkDue = (dueAt: number): DueWork => ({ work: 'chunk', ref, dueAt });
const requestDue = (dueAt: number): DueWork => ({ work: 'request', requestId: aRequestId, dueAt });

describeBothLedgers((openLedger) => {
  describe('histories of cards', () => {
    it("tells a card's history newest first, and a request's result before its trace", async () => {
      const ledger = await openLedger();
      const [first, second, third] = [aMoment, aMoment + 1, aMoment + 86_400_000];
      const history = [
        aResultEntry(aPar(), third, 'C'),
        aTrace(aPar(), third, 'C'),
        aTrace(aPar(), second, 'B'),
        aResultEntry(aPar(), first, 'Z'),
        aResultEntry(aPar(), first, 'A'),
        aTrace(aPar(), first, 'A'),
      ];
      await ledger.writeCards([...history].reverse());
      await ledger.writeCards([aResultEntry(aPar(2))]);
      expect(await ledger.readCardHistory(aPar())).toEqual(history);
    });

    // failures: F019
    it('keeps every result of a card that was redriven, in any order of writing, the newest redrive first', async () => {
      const ledger = await openLedger();
      const of = { ...card(aPar(), aMoment, aRequestId) };
      const results = [2, 10, 1, undefined].map((redrive): CardEntry => {
        return { ...of, ...(redrive && { redrive }), entry: 'result', status: 'unresolved' };
      });
      const [second, tenth, first, unnumbered] = results;
      const reopened: CardEntry = { ...of, entry: 'reopened', redrive: 2, chunkNumber: 7 };
      await ledger.writeCards([...results, aTrace(), reopened]);
      await ledger.writeCards(results.toReversed());
      const all = [tenth, second, reopened, first, unnumbered, aTrace()];
      expect(await ledger.readCardHistory(aPar())).toEqual(all);
    });

    it('keeps one entry when it is written again, as it was written last', async () => {
      const ledger = await openLedger();
      const presumed = aTrace(aPar(), aMoment, aRequestId, true);
      await ledger.writeCards([aTrace()]);
      await ledger.writeCards([aTrace(), presumed]);
      await ledger.writeCards([presumed]);
      expect(await ledger.readCardHistory(aPar())).toEqual([presumed]);
    });

    it('keeps every one of 230 entries, and none is no trouble', async () => {
      const ledger = await openLedger();
      const cards = pars(230);
      await ledger.writeCards(cards.map((par) => aResultEntry(par)));
      await ledger.writeCards([]);
      const histories = await Promise.all(cards.map((par) => ledger.readCardHistory(par)));
      expect(histories).toEqual(cards.map((par) => [aResultEntry(par)]));
    });
  });

  describe('open work', () => {
    it('lists a chunk and its request from the moment at which they fall due', async () => {
      const ledger = await openLedger();
      await ledger.accept({ ...anOrder(), dueAt: aMoment + leaseMs + 1 });
      expect(await ledger.listDue(aMoment + leaseMs - 1, 100)).toEqual([]);
      expect(await ledger.listDue(aMoment + leaseMs, 100)).toEqual([chunkDue(aMoment + leaseMs)]);
      const both = [chunkDue(aMoment + leaseMs), requestDue(aMoment + leaseMs + 1)];
      expect(await ledger.listDue(aMoment + leaseMs + 1, 100)).toEqual(both);
    });

    it('lists a parked chunk by its new time', async () => {
      const ledger = await openLedger();
      await ledger.accept({ ...anOrder(), dueAt: aMoment + 10 * leaseMs });
      const state = aState(2, { fence: 1, dueAt: aMoment + 60_000 });
      await ledger.journal({ chunk: aChunk(), state, now: aMoment, takes: false, ended: anEndedCall() });
      expect(await ledger.listDue(aMoment + 59_999, 100)).toEqual([]);
      expect(await ledger.listDue(aMoment + 60_000, 100)).toEqual([chunkDue(aMoment + 60_000)]);
    });

    it('lists a settled chunk until it is done', async () => {
      const ledger = await openLedger();
      await ledger.accept({ ...anOrder(), dueAt: aMoment + 10 * leaseMs });
      const state = aSettledState();
      await ledger.journal({ chunk: aChunk(), state, now: aMoment, takes: false, ended: anEndedCall() });
      expect(await ledger.listDue(aMoment + leaseMs, 100)).toEqual([chunkDue(aMoment + leaseMs)]);
      await ledger.finishChunk(ref, aMoment + 1, 1);
      expect(await ledger.listDue(aMoment + leaseMs, 100)).toEqual([]);
    });

    it('lists a request later when it is postponed, and no more when it is settled', async () => {
      const ledger = await openLedger();
      const later = aMoment + 2 * leaseMs;
      const chunks = [{ chunk: aChunk(), state: aState(2, { dueAt: later + 1 }) }];
      await ledger.accept(anOrder(chunks));
      await ledger.postponeRequest(aRequestId, later);
      await ledger.postponeRequest(aRequestId, later);
      expect(await ledger.listDue(later - 1, 100)).toEqual([]);
      expect(await ledger.listDue(later, 100)).toEqual([requestDue(later)]);
      await ledger.settleRequest(aRequestId, aMoment);
      expect(await ledger.listDue(later, 100)).toEqual([]);
    });

    it('lists no more than it is asked for, the longest overdue first', async () => {
      const ledger = await openLedger();
      const chunks = Array.from({ length: 30 }, (_, index) => ({
        chunk: aChunk({ ref: { ...ref, chunkNumber: index + 1 } }),
        state: aState(2, { dueAt: aMoment + 30 - index }),
      }));
      await ledger.accept({ ...anOrder(chunks), dueAt: aMoment + leaseMs });
      const due = await ledger.listDue(aMoment + 100, 7);
      expect(due.map(({ dueAt }) => dueAt - aMoment)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    it('lists what is held too: whether its lease has ended, the chunk itself tells', async () => {
      const ledger = await openLedger();
      const chunk = aChunk();
      await ledger.accept({ ...anOrder([{ chunk, state: aCallingState() }]), dueAt: aMoment + 10 * leaseMs });
      expect(await ledger.listDue(aMoment + leaseMs, 100)).toEqual([chunkDue(aMoment + leaseMs)]);
    });
  });
});
