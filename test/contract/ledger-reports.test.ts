import { expect, it } from 'vitest';
import type { Ledger } from '../../shared/limit-increase/ports.ts';

import { type NamedBy, namedByNames } from '../../shared/limit-increase/terms.ts';
import { aRequestId, retention } from '../support/builders.ts';

import { aMoment } from '../support/fixed-clock.ts';
import { aCheckedNote, aFile, aReceipt } from '../support/upload-builders.ts';
import { describeBothLedgers } from './ledger-both.ts';

const at = aMoment + 2_000;
const reportDueAt = aMoment + 60_000;

async function withSettledFile(openLedger: () => Promise<Ledger>): Promise<Ledger> {
  const ledger = await openLedger();
  await ledger.receive(aReceipt());
  await ledger.noteChecked(aRequestId, aCheckedNote({ cardsTotal: 0, chunksTotal: 0 }));
  await ledger.openRequest(aRequestId, { at, dueAt: at });
  await ledger.settleRequest(aRequestId, at, { reportDueAt });
  return ledger;
}

describeBothLedgers((openLedger) => {
  it('keeps the settled request of a file among the open work until its report is written', async () => {
    const ledger = await withSettledFile(openLedger);
    expect(await ledger.listDue(reportDueAt - 1, 10)).toEqual([]);
    expect(await ledger.listDue(reportDueAt, 10)).toMatchObject([{ work: 'request', dueAt: reportDueAt }]);
    await ledger.settleRequest(aRequestId, at + 1, { reportDueAt: reportDueAt + 1 });
    await ledger.postponeRequest(aRequestId, reportDueAt + 2);
    expect(await ledger.listDue(reportDueAt + 2, 10)).toMatchObject([{ dueAt: reportDueAt + 2 }]);
    expect(await ledger.reportWritten(aRequestId, 1, at + 5)).toBe('noted');
    expect(await ledger.listDue(reportDueAt + 9, 10)).toEqual([]);
    const { request } = (await ledger.readRequest(aRequestId)) ?? {};
    expect(request).toMatchObject({ status: 'settled', updatedAt: at, upload: { reportedAt: at + 5 } });
  });

  it('keeps the time of the first of two reports, and does not bring the request back into the open work', async () => {
    const ledger = await withSettledFile(openLedger);
    for (const _ of ['once', 'again']) expect(await ledger.reportWritten(aRequestId, 1, at + 5)).toBe('noted');
    expect(await ledger.reportWritten(aRequestId, 1, at + 6)).toBe('stands');
    await ledger.postponeRequest(aRequestId, reportDueAt);
    expect(await ledger.listDue(reportDueAt, 10)).toEqual([]);
    expect((await ledger.readRequest(aRequestId))?.request.upload?.reportedAt).toBe(at + 5);
  });

  it('takes no report of an edition that is still to come, nor of a request that is not settled', async () => {
    const ledger = await withSettledFile(openLedger);
    await expect(ledger.reportWritten(aRequestId, 2, at)).rejects.toThrow();
    const receiving = await openLedger();
    await receiving.receive(aReceipt());
    await expect(receiving.reportWritten(aRequestId, 1, at)).rejects.toThrow();
  });

  it('keeps what a report found out of whose namings the cards are, for each edition by itself', async () => {
    const ledger = await openLedger();
    const first = { requestId: aRequestId, edition: 1, expiresAt: retention(aMoment) };
    expect(await ledger.readNamings(first)).toEqual(new Map());
    const each: (NamedBy | undefined)[] = [undefined, ...namedByNames];
    const namings = new Map([1, 1_000, 1_001, 9_999_999].map((chunkNumber) => [chunkNumber, each]));
    await ledger.keepNamings(first, namings);
    const more = new Map([...namings, [2, ['elsewhere', 'other_corporation']]]);
    for (const _ of ['once', 'again']) await ledger.keepNamings(first, more);
    expect(await ledger.readNamings(first)).toEqual(more);
    for (const other of [{ edition: 2 }, { edition: 10 }, { requestId: 'OTHER' }])
      expect(await ledger.readNamings({ ...first, ...other })).toEqual(new Map());
    expect(await ledger.readRequest(aRequestId)).toBeUndefined();
  });

  it('lists the requests of an object newest first, page by page, and of no other object', async () => {
    const ledger = await openLedger();
    const ids = ['C', 'A', 'B', 'D'];
    for (const [index, requestId] of ids.entries())
      await ledger.receive(aReceipt({ requestId, createdAt: aMoment + Math.max(index, 2) }));
    const upload = aReceipt().request.upload;
    if (upload === undefined) throw new Error('a receipt is of a file');
    const other = { ...upload, object: { ...aFile, key: `${aFile.key}\n한글 #2` } };
    await ledger.receive(aReceipt({ requestId: 'E', upload: other }));
    const first = await ledger.listUploads(aFile.key, { limit: 2 });
    expect(first.entries.map(({ requestId }) => requestId)).toEqual(['D', 'C']);
    expect(first.last).toBe(false);
    const second = await ledger.listUploads(aFile.key, { limit: 2, after: first.entries[1] });
    expect(second).toMatchObject({ entries: [{ requestId: 'B' }, { requestId: 'A' }], last: true });
    const strange = await ledger.listUploads(other.object.key, { limit: 2 });
    expect(strange).toEqual({
      entries: [{ uploadKey: other.object.key, requestId: 'E', acceptedAt: aMoment }],
      last: true,
    });
    expect(await ledger.listUploads('incoming/none.csv', { limit: 2 })).toEqual({ entries: [], last: true });
  });
});
