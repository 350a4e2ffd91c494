import { expect, it } from 'vitest';
import { cutChunks } from '../../shared/limit-increase/chunk.ts';
import { noCounts } from '../../shared/limit-increase/counts.ts';
import type { Ledger, StoredChunk } from '../../shared/limit-increase/ports.ts';
import {
  aCall,
  aCallingState,
  aChunk,
  aCorporation,
  aCorrelationId,
  anEndedCall,
  anOrder,
  aPar,
  aRequestId,
  aResult,
  aSettledState,
  aState,
  leaseMs,
  pars,
  positions,
  retention,
  retentionDays,
} from '../support/builders.ts';
import { aMoment, createFixedClock } from '../support/fixed-clock.ts';
import { describeBothLedgers } from './ledger-both.ts';

const otherRequestId = '0OTHERREQUEST0000000000000';
const other = (stored: Partial<StoredChunk> = {}): StoredChunk => ({
  chunk: aChunk({ ref: { requestId: otherRequestId, chunkNumber: 1 }, pars: [aPar(8), aPar(9)] }),
  state: aCallingState(2, { inFlight: aCall({ correlationId: aCorrelationId(2) }) }),
  ...stored,
});

const outcomeless = (correlationId = aCorrelationId()) => ({
  ...aCall({ correlationId }),
  chunk: { requestId: aRequestId, chunkNumber: 1 },
});

async function withOrder(openLedger: () => Promise<Ledger>): Promise<Ledger> {
  const ledger = await openLedger();
  await ledger.accept(anOrder());
  return ledger;
}

describeBothLedgers((openLedger) => {
  it('keeps an accepted order, its chunk and the call in flight', async () => {
    const ledger = await openLedger();
    const order = anOrder();
    expect(await ledger.accept(order)).toEqual({ result: 'accepted' });
    expect(await ledger.readRequest(aRequestId)).toEqual({ request: order.request, counts: noCounts });
    expect(await ledger.readChunk({ requestId: aRequestId, chunkNumber: 1 })).toEqual(order.chunks[0]);
    expect(await ledger.readCall(aCorrelationId())).toEqual(outcomeless());
  });

  it('keeps an order of 1,000 cards whole', async () => {
    const ledger = await openLedger();
    const at = { acceptedAt: aMoment, expiresAt: retention(aMoment), dueAt: aMoment };
    const cut = { requestId: aRequestId, corporation: aCorporation(), ...at };
    const chunks = cutChunks({ ...cut, pars: pars(1000) });
    await ledger.accept(anOrder(chunks));
    const found = await Promise.all(chunks.map(({ chunk }) => ledger.readChunk(chunk.ref)));
    expect(found).toEqual(chunks);
  });

  it('keeps a file that is still being read, which belongs to no one corporation', async () => {
    const ledger = await openLedger();
    const over = { status: 'receiving', source: 'upload', corporation: undefined, cardsTotal: 5 } as const;
    const { request, dueAt } = anOrder([], over);
    await ledger.accept({ request, chunks: [], dueAt });
    expect((await ledger.readRequest(aRequestId))?.request).toEqual(request);
  });

  it('knows nothing of what was never written', async () => {
    const ledger = await openLedger();
    expect(await ledger.readRequest(aRequestId)).toBeUndefined();
    expect(await ledger.readChunk({ requestId: aRequestId, chunkNumber: 1 })).toBeUndefined();
    expect(await ledger.readCall(aCorrelationId())).toBeUndefined();
    expect(await ledger.readCardHistory(aPar())).toEqual([]);
    expect(await ledger.listDue(aMoment + leaseMs, 100)).toEqual([]);
  });

  it('answers with the request that stands, whether it is the same order or another, and changes nothing', async () => {
    const ledger = await withOrder(openLedger);
    const { request } = anOrder();
    expect(await ledger.accept(anOrder())).toEqual({ result: 'exists', request });
    const changed = { chunk: aChunk({ pars: [aPar(7)] }), state: aState(1) };
    const another = anOrder([changed], { fingerprint: `v1:${'0b'.repeat(32)}` });
    expect(await ledger.accept(another)).toEqual({ result: 'exists', request });
    expect((await ledger.readChunk(changed.chunk.ref))?.chunk.pars).toEqual(pars(2));
  });

  // failures: F120
  it('accepts an order once when it comes twice at the same time', async () => {
    const ledger = await openLedger();
    const twice = [aCorrelationId(1), aCorrelationId(2)].map((correlationId) => {
      const state = aCallingState(2, { inFlight: aCall({ correlationId }) });
      return ledger.accept(anOrder([{ chunk: aChunk(), state }]));
    });
    const results = (await Promise.all(twice)).map(({ result }) => result);
    expect(results.sort()).toEqual(['accepted', 'exists']);
  });

  it('writes nothing of an order whose correlation ID was minted before', async () => {
    const ledger = await withOrder(openLedger);
    const clash = other({ state: aCallingState() });
    expect(await ledger.accept(anOrder([clash]))).toEqual({ result: 'correlation_id_taken' });
    expect(await ledger.readRequest(otherRequestId)).toBeUndefined();
    expect(await ledger.readChunk(clash.chunk.ref)).toBeUndefined();
    expect(await ledger.readCall(aCorrelationId())).toEqual(outcomeless());
    expect(await ledger.accept(anOrder([other()]))).toEqual({ result: 'accepted' });
  });

  it('says that a request exists rather than that its correlation ID is taken', async () => {
    const ledger = await withOrder(openLedger);
    expect(await ledger.accept(anOrder())).toMatchObject({ result: 'exists' });
  });

  // failures: F036
  it('forgets a request when its time is over, and accepts another under its ID', async () => {
    const clock = createFixedClock();
    const ledger = await openLedger(clock);
    await ledger.accept(anOrder());
    const step = { chunk: aChunk(), state: aSettledState(), takes: false, ended: anEndedCall() };
    await ledger.journal({ ...step, now: clock(), tally: step.state.tallied });
    clock.advance(retentionDays * 86_400_000 - 1000);
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual({ ...noCounts, named: 2 });
    expect(await ledger.accept(anOrder([], { createdAt: clock() }))).toMatchObject({ result: 'exists' });

    const acceptedAt = clock.advance(1000);
    expect(await ledger.readRequest(aRequestId)).toBeUndefined();
    const inFlight = aCall({ correlationId: aCorrelationId(2), startedAt: acceptedAt });
    const lease = { leaseUntil: acceptedAt + leaseMs, dueAt: acceptedAt + leaseMs, updatedAt: acceptedAt };
    const chunk = aChunk({ acceptedAt });
    const later = anOrder([{ chunk, state: aCallingState(2, { ...lease, inFlight }) }], { createdAt: acceptedAt });
    expect(await ledger.accept(later)).toEqual({ result: 'accepted' });
    expect(await ledger.readRequest(aRequestId)).toEqual({ request: later.request, counts: noCounts });

    const result = aResult({ status: 'not_found' });
    const results = new Map(positions(2).map((position) => [position, result]));
    const state = aSettledState(2, { results, tallied: { ...noCounts, not_found: 2 } });
    const ended = anEndedCall({ correlationId: aCorrelationId(2) });
    await ledger.journal({ chunk, state, now: acceptedAt, takes: false, ended, tally: state.tallied });
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual({ ...noCounts, not_found: 2 });
  });

  it('settles a request once, and quietly again', async () => {
    const ledger = await withOrder(openLedger);
    await ledger.settleRequest(aRequestId, aMoment + 1);
    await ledger.settleRequest(aRequestId, aMoment + 2);
    const { request } = anOrder();
    const settled = { ...request, status: 'settled', updatedAt: aMoment + 1 };
    expect((await ledger.readRequest(aRequestId))?.request).toEqual(settled);
  });

  it('refuses to settle a request that is not there or still being read', async () => {
    const ledger = await openLedger();
    await expect(ledger.settleRequest(aRequestId, aMoment)).rejects.toThrow();
    await ledger.accept(anOrder([], { status: 'receiving', source: 'upload' }));
    await expect(ledger.settleRequest(aRequestId, aMoment)).rejects.toThrow();
  });

  it('leaves a settled request where it is when it is postponed, and refuses one that is not there', async () => {
    const ledger = await withOrder(openLedger);
    await ledger.settleRequest(aRequestId, aMoment + 1);
    await ledger.postponeRequest(aRequestId, aMoment + 2);
    expect(await ledger.listDue(aMoment + 2, 100)).toEqual([]);
    await expect(ledger.postponeRequest(otherRequestId, aMoment)).rejects.toThrow();
  });

  it('keeps the first outcome of a call that was recorded late', async () => {
    const ledger = await withOrder(openLedger);
    const first = anEndedCall({ outcome: { name: 'unknown', reason: 'timeout' } });
    await ledger.recordLate(first);
    await ledger.recordLate(anEndedCall());
    expect((await ledger.readCall(aCorrelationId()))?.ended).toEqual(first);
  });

  it('takes no word of a call that was never journalled', async () => {
    const ledger = await openLedger();
    await ledger.recordLate(anEndedCall());
    expect(await ledger.readCall(aCorrelationId())).toBeUndefined();
  });

  it('refuses a chunk in which a card has no place, or two', async () => {
    const ledger = await openLedger();
    const lost = { chunk: aChunk({ pars: pars(3) }), state: aState(2) };
    await expect(ledger.accept(anOrder([lost]))).rejects.toThrow('every card');
    const twice = { chunk: aChunk(), state: aState(2, { results: aSettledState().results }) };
    await expect(ledger.accept(anOrder([twice]))).rejects.toThrow('once');
    expect(await ledger.readRequest(aRequestId)).toBeUndefined();
  });
});
