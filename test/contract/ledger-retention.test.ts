import { expect, it } from 'vitest';
import { noCounts } from '../../shared/limit-increase/counts.ts';
import type { Ledger } from '../../shared/limit-increase/ports.ts';
import {
  aChunk,
  aCorrelationId,
  anEndedCall,
  anOrder,
  aPar,
  aRequestId,
  aResult,
  aSettledState,
  leaseMs,
  retention,
} from '../support/builders.ts';
import { aMoment, createFixedClock, type FixedClock } from '../support/fixed-clock.ts';
import { aFile, aReceipt } from '../support/upload-builders.ts';
import { describeBothLedgers } from './ledger-both.ts';

const ref = { requestId: aRequestId, chunkNumber: 1 };
const expiresAt = retention(aMoment);
const namingsOf = { requestId: aRequestId, edition: 1, expiresAt };

describeBothLedgers((openLedger) => {
  /** An order with a chunk, a call and a card's entry, just before it expires. */
  async function withOldOrder(): Promise<{ ledger: Ledger; clock: FixedClock }> {
    const clock = createFixedClock();
    const ledger = await openLedger(clock);
    await ledger.accept(anOrder());
    await ledger.recordLate(anEndedCall());
    const { ref: of, ...chunk } = aChunk();
    const { bizLicenseNo, registrationNumber } = chunk.corporation;
    const card = { par: aPar(), acceptedAt: aMoment, expiresAt, bizLicenseNo, registrationNumber };
    await ledger.writeCards([{ ...card, requestId: of.requestId, entry: 'result', ...aResult() }]);
    await ledger.keepNamings(namingsOf, new Map([[1, ['elsewhere']]]));
    clock.advance(expiresAt * 1_000 - 1 - clock());
    return { ledger, clock };
  }

  const read = async (ledger: Ledger) => [
    await ledger.readRequest(aRequestId),
    await ledger.readChunk(ref),
    await ledger.readCall(aCorrelationId()),
    (await ledger.readCardHistory(aPar()))[0],
    (await ledger.readNamings(namingsOf)).get(1),
  ];

  it('reads every item of a request until it expires, and none from then on', async () => {
    const { ledger, clock } = await withOldOrder();
    expect(await read(ledger)).not.toContain(undefined);
    clock.advance(1);
    expect(await read(ledger)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  // failures: F034
  it('gives back with request and chunk when they expire, however long others are kept', async () => {
    const ledger = await openLedger();
    const own = expiresAt - 5;
    const chunk = aChunk({ expiresAt: own });
    const { chunks, ...order } = anOrder(undefined, { expiresAt: own });
    await ledger.accept({ ...order, chunks: chunks.map((stored) => ({ ...stored, chunk })) });
    const state = aSettledState();
    const step = { chunk, state, now: aMoment, takes: false, ended: anEndedCall(), tally: state.tallied };
    expect(await ledger.journal(step)).toBe('journalled');
    expect((await ledger.readRequest(aRequestId))?.request.expiresAt).toBe(own);
    expect((await ledger.readChunk(ref))?.chunk.expiresAt).toBe(own);
  });

  it('accepts no chunk that expires at another time than its request', async () => {
    const ledger = await openLedger();
    await expect(ledger.accept(anOrder(undefined, { expiresAt: expiresAt + 1 }))).rejects.toThrow('expires when');
  });

  it('lists a file under its object until it expires', async () => {
    const clock = createFixedClock();
    const ledger = await openLedger(clock);
    await ledger.receive(aReceipt());
    clock.advance(expiresAt * 1_000 - 1 - clock());
    expect((await ledger.listUploads(aFile.key, { limit: 1 })).entries).toHaveLength(1);
    clock.advance(1);
    expect(await ledger.listUploads(aFile.key, { limit: 1 })).toEqual({ entries: [], last: true });
  });

  it('takes what has expired out of the index of open work, and leaves what exists', async () => {
    const { ledger, clock } = await withOldOrder();
    const drop = async () => {
      await ledger.dropGoneWork({ work: 'chunk', ref }, clock());
      await ledger.dropGoneWork({ work: 'request', requestId: aRequestId }, clock());
    };
    await drop();
    expect(await ledger.listDue(clock(), 10)).toHaveLength(2);
    clock.advance(1);
    expect(await ledger.listDue(clock(), 10)).toHaveLength(2);
    await drop();
    expect(await ledger.listDue(clock(), 10)).toEqual([]);
    await drop();
    expect(await ledger.listDue(clock(), 10)).toEqual([]);
  });

  it('settles a request with corrected counts once, and not if it was redriven since', async () => {
    const ledger = await openLedger();
    await ledger.accept(anOrder());
    const recounted = { correction: { ...noCounts, named: 2, unresolved: -1 }, expiresAt };
    const settle = (at: number, redriven?: number) =>
      ledger.settleRecounted(aRequestId, at, { ...recounted, redriven });
    expect(await settle(aMoment + leaseMs, 1)).toBe('unchanged');
    expect(await settle(aMoment + leaseMs)).toBe('settled');
    expect(await settle(aMoment + leaseMs + 1)).toBe('unchanged');
    expect(await ledger.readRequest(aRequestId)).toMatchObject({
      request: { status: 'settled', updatedAt: aMoment + leaseMs },
      counts: recounted.correction,
    });
    expect(await ledger.listDue(aMoment + 10 * leaseMs, 10, 'request')).toEqual([]);
  });

  it('keeps a file that is settled with corrected counts due for its report', async () => {
    const ledger = await openLedger();
    await ledger.receive(aReceipt());
    await ledger.refuseUpload(aRequestId, {
      ...{ at: aMoment, dueAt: aMoment, failure: { reason: 'broken', detail: 'It cannot be read.' } },
    });
    const recounted = { correction: noCounts, expiresAt, reportDueAt: aMoment + 7 };
    expect(await ledger.settleRecounted(aRequestId, aMoment, recounted)).toBe('settled');
    expect(await ledger.listDue(aMoment + 7, 10)).toMatchObject([{ work: 'request', dueAt: aMoment + 7 }]);
  });
});
