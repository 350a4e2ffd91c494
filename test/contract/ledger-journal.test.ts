import { expect, it } from 'vitest';
import { cardEntries } from '../../shared/limit-increase/card-entries.ts';
import { noCounts } from '../../shared/limit-increase/counts.ts';
import type { JournalStep, Ledger } from '../../shared/limit-increase/ports.ts';
import {
  aCall,
  aCallingState,
  aChunk,
  aCorrelationId,
  anEndedCall,
  anOrder,
  aRequestId,
  aSettledState,
  aState,
  leaseMs,
  positions,
} from '../support/builders.ts';
import { aMoment } from '../support/fixed-clock.ts';
import { describeBothLedgers } from './ledger-both.ts';

const ref = { requestId: aRequestId, chunkNumber: 1 };
const leaseEnd = aMoment + leaseMs;

/** The holder's step that ends its call and settles the chunk. */
const settling = (over: Partial<JournalStep> = {}): JournalStep => {
  const state = aSettledState();
  const step = { chunk: aChunk(), state, now: aMoment + 300, takes: false, ended: anEndedCall(), tally: state.tallied };
  return { ...step, ...over };
};

/** The same, of the only chunk of a small order: with it the request is settled. */
const completing = (over: Partial<JournalStep> = {}): JournalStep => {
  const state = aSettledState(2, { stage: 'done' });
  return settling({ state, completion: { cards: cardEntries(aChunk(), state) }, ...over });
};

/** Another worker's step that takes the chunk and asks anew. */
const taking = (now: number, over: Partial<JournalStep> = {}): JournalStep => {
  const begun = aCall({ correlationId: aCorrelationId(2), startedAt: now });
  const leaseUntil = now + leaseMs;
  const lostCalls = [aCall()];
  const state = aState(2, { fence: 2, leaseUntil, dueAt: leaseUntil, inFlight: begun, lostCalls });
  return { chunk: aChunk(), state, now, takes: true, begun, ...over };
};

async function withOrder(openLedger: () => Promise<Ledger>): Promise<Ledger> {
  const ledger = await openLedger();
  await ledger.accept(anOrder());
  return ledger;
}

describeBothLedgers((openLedger) => {
  it("writes a call's end, the settled chunk and the request's counts together", async () => {
    const ledger = await withOrder(openLedger);
    expect(await ledger.journal(settling())).toBe('journalled');
    expect((await ledger.readChunk(ref))?.state).toEqual(aSettledState());
    expect((await ledger.readCall(aCorrelationId()))?.ended).toEqual(anEndedCall());
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual({ ...noCounts, named: 2 });
  });

  it('writes the end of one call and the beginning of the next together', async () => {
    const ledger = await withOrder(openLedger);
    const begun = aCall({ correlationId: aCorrelationId(2), positions: [1] });
    const step = settling({ state: aCallingState(2, { inFlight: begun }), begun, tally: undefined });
    expect(await ledger.journal(step)).toBe('journalled');
    expect((await ledger.readCall(aCorrelationId(1)))?.ended).toEqual(anEndedCall());
    expect(await ledger.readCall(aCorrelationId(2))).toEqual({ ...begun, chunk: ref });
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual(noCounts);
  });

  it('takes the same step twice as one', async () => {
    const ledger = await withOrder(openLedger);
    expect(await ledger.journal(settling())).toBe('journalled');
    expect(await ledger.journal(settling())).toBe('journalled');
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual({ ...noCounts, named: 2 });
  });

  it('completes a small order with its last step: its cards, its chunk and its request', async () => {
    const ledger = await withOrder(openLedger);
    const step = completing();
    for (let times = 0; times < 2; times += 1) expect(await ledger.journal(step)).toBe('journalled');
    expect((await ledger.readChunk(ref))?.state).toEqual(step.state);
    const { request, counts } = (await ledger.readRequest(aRequestId)) ?? {};
    expect(request).toMatchObject({ status: 'settled', updatedAt: step.now });
    expect(counts).toEqual({ ...noCounts, named: 2 });
    for (const par of aChunk().pars)
      expect(await ledger.readCardHistory(par)).toMatchObject([{ requestId: aRequestId, status: 'named' }]);
    expect(await ledger.listDue(aMoment + 10 ** 9, 10)).toEqual([]);
  });

  it('completes nothing for a worker that has lost the chunk', async () => {
    const ledger = await withOrder(openLedger);
    await ledger.journal(taking(leaseEnd + 1));
    expect(await ledger.journal(completing())).toBe('fenced_off');
    expect((await ledger.readRequest(aRequestId))?.request.status).toBe('open');
    for (const par of aChunk().pars) expect(await ledger.readCardHistory(par)).toEqual([]);
  });

  it('refuses to complete a request that is settled already, and writes nothing then', async () => {
    const ledger = await withOrder(openLedger);
    await ledger.settleRequest(aRequestId, aMoment + 200);
    await expect(ledger.journal(completing())).rejects.toThrow('settled already');
    expect((await ledger.readChunk(ref))?.state).toEqual(aCallingState());
    for (const par of aChunk().pars) expect(await ledger.readCardHistory(par)).toEqual([]);
  });

  it('lets the holder write at the very end of its lease, and not a millisecond later', async () => {
    const ledger = await withOrder(openLedger);
    expect(await ledger.journal(settling({ now: leaseEnd + 1 }))).toBe('fenced_off');
    expect((await ledger.readChunk(ref))?.state).toEqual(aCallingState());
    expect((await ledger.readCall(aCorrelationId()))?.ended).toBeUndefined();
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual(noCounts);
    expect(await ledger.journal(settling({ now: leaseEnd }))).toBe('journalled');
  });

  it('lets nobody take a chunk until a millisecond after its lease has ended', async () => {
    const ledger = await withOrder(openLedger);
    expect(await ledger.journal(taking(leaseEnd))).toBe('fenced_off');
    expect(await ledger.readCall(aCorrelationId(2))).toBeUndefined();
    expect(await ledger.journal(taking(leaseEnd + 1))).toBe('journalled');
    expect((await ledger.readChunk(ref))?.state).toEqual(taking(leaseEnd + 1).state);
  });

  it('lets anyone take a chunk that nobody holds', async () => {
    const ledger = await openLedger();
    await ledger.accept(anOrder([{ chunk: aChunk(), state: aState(2, { fence: 1 }) }]));
    expect(await ledger.journal(taking(aMoment))).toBe('journalled');
  });

  it('lets a chunk be taken unread that nobody has touched and that is of so many cards', async () => {
    const ledger = await openLedger();
    const untouched = aState(2, { fence: 0 });
    await ledger.accept(anOrder([{ chunk: aChunk(), state: untouched }]));
    const unread = (cards: number, { expiresAt } = aChunk(), call = 2): JournalStep => {
      const inFlight = aCall({ correlationId: aCorrelationId(call), positions: positions(cards) });
      const state = aState(cards, { fence: 1, leaseUntil: leaseEnd, dueAt: leaseEnd, inFlight });
      const chunk = { ref, expiresAt, pars: { length: cards } };
      return { chunk, state, now: aMoment, takes: true, untouched: true, begun: inFlight };
    };
    expect(await ledger.journal(unread(1))).toBe('fenced_off');
    expect(await ledger.journal(unread(3))).toBe('fenced_off');
    expect(await ledger.journal(unread(2, aChunk({ acceptedAt: aMoment - 1_000 })))).toBe('fenced_off');
    expect((await ledger.readChunk(ref))?.state).toEqual(untouched);
    expect(await ledger.journal(unread(2))).toBe('journalled');
    expect((await ledger.readChunk(ref))?.state).toEqual(unread(2).state);
    expect(await ledger.journal(unread(2))).toBe('journalled');
    await ledger.journal(settling({ state: aState(2, { fence: 1 }), ended: undefined, tally: undefined }));
    expect(await ledger.journal(unread(2, aChunk(), 3))).toBe('fenced_off');
  });

  it('lets one of two take a chunk at the same time', async () => {
    const ledger = await openLedger();
    await ledger.accept(anOrder([{ chunk: aChunk(), state: aState(2, { fence: 1 }) }]));
    const takers = [aCorrelationId(2), aCorrelationId(3)].map((correlationId) => {
      const begun = aCall({ correlationId });
      return ledger.journal(taking(aMoment, { begun, state: { ...taking(aMoment).state, inFlight: begun } }));
    });
    expect((await Promise.all(takers)).sort()).toEqual(['fenced_off', 'journalled']);
  });

  // failures: F106
  it('fences off the worker whose chunk another has taken, though its own lease seemed long', async () => {
    const ledger = await withOrder(openLedger);
    await ledger.journal(taking(leaseEnd + 1));
    expect(await ledger.journal(settling({ now: aMoment }))).toBe('fenced_off');
    expect((await ledger.readChunk(ref))?.state.fence).toBe(2);
  });

  it('fences off who takes a chunk from what it saw too long ago', async () => {
    const ledger = await openLedger();
    await ledger.accept(anOrder([{ chunk: aChunk(), state: aState(2, { fence: 2 }) }]));
    expect(await ledger.journal(taking(aMoment))).toBe('fenced_off');
  });

  it('fences off who gave its lease up', async () => {
    const ledger = await withOrder(openLedger);
    await ledger.journal(settling({ state: aState(2, { fence: 1 }), tally: undefined }));
    expect(await ledger.journal(settling({ ended: undefined, now: aMoment + 400 }))).toBe('fenced_off');
  });

  it('writes nothing when the next correlation ID was minted before, and all of it under another', async () => {
    const ledger = await withOrder(openLedger);
    const next = (correlationId: string): JournalStep => {
      const begun = aCall({ correlationId, positions: [1] });
      return settling({ state: aCallingState(2, { inFlight: begun }), begun });
    };
    const taken = aState(2, { fence: 1, leaseUntil: leaseEnd, inFlight: aCall({ correlationId: aCorrelationId(9) }) });
    const requestId = '0OTHERREQUEST0000000000000';
    await ledger.accept(anOrder([{ chunk: aChunk({ ref: { requestId, chunkNumber: 1 } }), state: taken }]));
    expect(await ledger.journal(next(aCorrelationId(9)))).toBe('correlation_id_taken');
    expect((await ledger.readChunk(ref))?.state).toEqual(aCallingState());
    expect((await ledger.readCall(aCorrelationId(1)))?.ended).toBeUndefined();
    expect(await ledger.journal(next(aCorrelationId(2)))).toBe('journalled');
  });

  it('says that a chunk was lost rather than that a correlation ID is taken', async () => {
    const ledger = await withOrder(openLedger);
    const begun = aCall();
    const state = { ...taking(aMoment).state, inFlight: begun };
    expect(await ledger.journal(taking(aMoment, { begun, state }))).toBe('fenced_off');
  });

  it('keeps what a fenced-off worker learned in the call, and out of the chunk', async () => {
    const ledger = await withOrder(openLedger);
    await ledger.journal(taking(leaseEnd + 1));
    await ledger.recordLate(anEndedCall({ finishedAt: leaseEnd + 2 }));
    expect((await ledger.readCall(aCorrelationId()))?.ended?.finishedAt).toBe(leaseEnd + 2);
    expect((await ledger.readChunk(ref))?.state).toEqual(taking(leaseEnd + 1).state);
  });

  it('refuses a second outcome for a call, and a step of a chunk or a call that is not there', async () => {
    const ledger = await openLedger();
    await expect(ledger.journal(settling())).rejects.toThrow('not there');
    await ledger.accept(anOrder());
    await expect(
      ledger.journal(settling({ ended: anEndedCall({ correlationId: aCorrelationId(5) }) })),
    ).rejects.toThrow();
    await ledger.recordLate(anEndedCall());
    await expect(ledger.journal(settling())).rejects.toThrow('outcome already');
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual(noCounts);
  });

  it('refuses a step whose chunk does not hold the call that begins', async () => {
    const ledger = await withOrder(openLedger);
    await expect(ledger.journal(settling({ begun: aCall({ correlationId: aCorrelationId(2) }) }))).rejects.toThrow(
      'in flight',
    );
  });

  // failures: F135
  it('adds up the counts of chunks that settle at the same time', async () => {
    const ledger = await openLedger();
    const chunks = Array.from({ length: 20 }, (_, index) => {
      const inFlight = aCall({ correlationId: aCorrelationId(index + 1) });
      return { chunk: aChunk({ ref: { ...ref, chunkNumber: index + 1 } }), state: aCallingState(2, { inFlight }) };
    });
    await ledger.accept(anOrder(chunks));
    const steps = chunks.map(({ chunk }, index) =>
      ledger.journal(settling({ chunk, ended: anEndedCall({ correlationId: aCorrelationId(index + 1) }) })),
    );
    expect(new Set(await Promise.all(steps))).toEqual(new Set(['journalled']));
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual({ ...noCounts, named: 40 });
  });

  it('finishes a settled chunk, and quietly again', async () => {
    const ledger = await withOrder(openLedger);
    await ledger.journal(settling());
    await ledger.finishChunk(ref, aMoment + 500, 1);
    await ledger.finishChunk(ref, aMoment + 600, 1);
    expect((await ledger.readChunk(ref))?.state).toEqual(aSettledState(2, { stage: 'done', updatedAt: aMoment + 500 }));
  });

  it('refuses to finish a chunk that is open or not there', async () => {
    const ledger = await openLedger();
    await expect(ledger.finishChunk(ref, aMoment, 1)).rejects.toThrow();
    await ledger.accept(anOrder());
    await expect(ledger.finishChunk(ref, aMoment, 1)).rejects.toThrow();
    expect((await ledger.readChunk(ref))?.state.stage).toBe('open');
  });
});
