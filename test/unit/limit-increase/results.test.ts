import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CardEntry, StoredChunk } from '../../../shared/limit-increase/ports.ts';
import { createReadNamedBy } from '../../../shared/limit-increase/read-named-by.ts';
import { createReadResults } from '../../../shared/limit-increase/read-results.ts';
import {
  type CardView,
  cardsOf,
  earliestCheckAt,
  firstPlace,
  type Place,
  pageOf,
} from '../../../shared/limit-increase/results.ts';
import type { CardStatus, ChunkRef, Par } from '../../../shared/limit-increase/terms.ts';
import {
  aCall,
  aChunk,
  aCorporation,
  aCorrelationId,
  aPar,
  aRequest,
  aRequestId,
  aResult,
  aState,
  pars,
  retention,
} from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';

const { FC_SEED: seed } = process.env;
const replay = seed === undefined ? {} : { seed: Number(seed) };

/** A chunk of cards of the given statuses; PARs are numbered on from `from`. */
function chunkOf(chunkNumber: number, statuses: readonly CardStatus[], from: number): StoredChunk {
  const chunk = aChunk({ ref: { requestId: aRequestId, chunkNumber }, pars: pars(statuses.length, from) });
  const results = new Map(
    statuses.flatMap((status, position) => (status === 'open' ? [] : [[position, aResult({ status })]])),
  );
  return { chunk, state: aState(statuses.length, { results }) };
}

function requestOf(statusesOfChunks: readonly (readonly CardStatus[])[]) {
  let from = 1;
  const chunks = statusesOfChunks.map((statuses, index) => {
    const stored = chunkOf(index + 1, statuses, from);
    from += statuses.length;
    return stored;
  });
  let reads = 0;
  const readChunk = async ({ chunkNumber }: ChunkRef) => {
    reads += 1;
    return chunks[chunkNumber - 1];
  };
  const request = aRequest({ chunksTotal: chunks.length, cardsTotal: from - 1 });
  return { request, chunks, readResults: createReadResults({ readChunk }), reads: () => reads };
}

describe('the cards of a chunk', () => {
  it('stand in the order in which they were sent, each with what is known of it', () => {
    const state = aState(3, {
      results: new Map([
        [2, aResult()],
        [0, aResult({ status: 'rejected', code: '003_022', message: 'card terminated', returnMessage: undefined })],
      ]),
      dueAt: aMoment + 60_000,
    });
    expect(cardsOf({ chunk: aChunk({ pars: pars(3) }), state })).toEqual([
      expect.objectContaining({ par: aPar(1), status: 'rejected', code: '003_022', message: 'card terminated' }),
      expect.objectContaining({ par: aPar(2), status: 'open', nextCheckAt: aMoment + 60_000, updatedAt: aMoment }),
      expect.objectContaining({
        par: aPar(3),
        status: 'named',
        returnMessage: 'Success',
        correlationId: aCorrelationId(),
      }),
    ]);
  });

  it('tell of an open card the call under way, or the one that may have named it, and the later of its two times', () => {
    const said = { code: '000_999', message: 'maintenance' };
    const trace = { maybe: aCorrelationId(7), doubt: 'unknown', said, tries: 1, notBefore: aMoment + 90_000 } as const;
    const listed = { ...trace, listed: { correlationId: aCorrelationId(8), returnMessage: '처리됨' } };
    const state = aState(3, {
      inFlight: aCall({ correlationId: aCorrelationId(9), positions: [0] }),
      traces: new Map([
        [0, trace],
        [1, trace],
        [2, listed],
      ]),
      dueAt: aMoment + 60_000,
    });
    const cards = cardsOf({ chunk: aChunk({ pars: pars(3) }), state });
    expect(cards.map(({ correlationId }) => correlationId)).toEqual([9, 7, 7].map(aCorrelationId));
    expect(cards.map(({ nextCheckAt }) => nextCheckAt)).toEqual([aMoment + 90_000, aMoment + 90_000, aMoment + 90_000]);
    expect(cards[2]).toMatchObject({ ...said, returnMessage: '처리됨' });
  });

  it('say when the first of the open ones is looked after next', () => {
    const { chunks } = requestOf([['named', 'open'], ['open'], ['named']]);
    expect(earliestCheckAt(chunks)).toBe(aState().dueAt);
    expect(earliestCheckAt(chunks.slice(2))).toBeUndefined();
  });
});

describe('a page of results', () => {
  const someStatuses = fc.array(
    fc.array(fc.constantFrom<CardStatus>('open', 'named', 'rejected'), { minLength: 1, maxLength: 6 }),
    { minLength: 1, maxLength: 30 },
  );
  const someFilter = fc.option(fc.constantFrom<CardStatus>('open', 'named'), { nil: undefined });

  it('and all that follow it give each wanted card once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(someStatuses, someFilter, fc.integer({ min: 1, max: 9 }), async (statuses, status, limit) => {
        const { request, chunks, readResults } = requestOf(statuses);
        const seen: CardView[] = [];
        let from: Place | undefined = firstPlace;
        for (let pages = 0; from !== undefined && pages < 500; pages += 1) {
          const page: Awaited<ReturnType<typeof readResults>> = await readResults(request, { from, limit, status });
          expect(page.cards.length).toBeLessThanOrEqual(limit);
          seen.push(...page.cards);
          from = page.next;
        }
        const wanted = chunks.flatMap(cardsOf).filter((card) => status === undefined || card.status === status);
        expect(from).toBeUndefined();
        expect(seen.map(({ par }) => par)).toEqual(wanted.map(({ par }) => par));
      }),
      replay,
    );
  });

  it('never reads more than twenty chunks, however few cards are wanted', async () => {
    const { request, readResults, reads } = requestOf(Array.from({ length: 50 }, () => ['named']));
    const page = await readResults(request, { from: firstPlace, limit: 1_000, status: 'unresolved' });
    expect(page).toEqual({ cards: [], next: { chunkNumber: 21, position: 0 } });
    expect(reads()).toBe(20);
  });

  it('reads no more chunks than it can need', async () => {
    const hundred = Array.from({ length: 100 }, (): CardStatus => 'named');
    const { request, readResults, reads } = requestOf(Array.from({ length: 10 }, () => hundred));
    const page = await readResults(request, { from: firstPlace, limit: 100 });
    expect(page.next).toEqual({ chunkNumber: 2, position: 0 });
    expect(reads()).toBe(1);
  });

  it('goes on from the middle of one chunk into the next', () => {
    const { chunks } = requestOf([
      ['named', 'open', 'named'],
      ['open', 'named'],
    ]);
    const page = pageOf(chunks, { from: { chunkNumber: 1, position: 2 }, limit: 2 }, 2);
    expect(page.cards.map(({ par }) => par)).toEqual([aPar(3), aPar(4)]);
    expect(page.next).toEqual({ chunkNumber: 2, position: 1 });
  });

  it('is empty behind the last card', async () => {
    const { request, readResults } = requestOf([['named']]);
    const page = await readResults(request, { from: { chunkNumber: 2, position: 0 }, limit: 10 });
    expect(page).toEqual({ cards: [], next: undefined });
  });

  it('ends without the cards of a last chunk that no longer exists', async () => {
    const { request, readResults } = requestOf([['named']]);
    const page = await readResults({ ...request, chunksTotal: 2 }, { from: firstPlace, limit: 200 });
    expect(page).toMatchObject({ cards: [{ status: 'named' }], next: undefined });
  });
});

describe('telling whose naming it was', () => {
  const history = (par: Par): CardEntry[] => {
    const { bizLicenseNo, registrationNumber } = aCorporation();
    const common = {
      par,
      requestId: 'earlier',
      acceptedAt: aMoment - 1,
      expiresAt: retention(aMoment),
      updatedAt: aMoment - 1,
    };
    return [{ ...common, bizLicenseNo, registrationNumber, entry: 'result', status: 'named' }];
  };

  function ledgerWithHistories() {
    let atOnce = 0;
    const seen = { mostAtOnce: 0, reads: 0 };
    const readCardHistory = async (par: Par) => {
      seen.reads += 1;
      atOnce += 1;
      seen.mostAtOnce = Math.max(seen.mostAtOnce, atOnce);
      await Promise.resolve();
      atOnce -= 1;
      return history(par);
    };
    return { ledger: { readCardHistory }, seen };
  }

  const mixed = requestOf([['already_named', 'named', 'open', 'already_named']]).chunks.flatMap(cardsOf);

  it('is done for the already_named only, each at its place', async () => {
    const { ledger, seen } = ledgerWithHistories();
    const views = await createReadNamedBy({ ledger, clock: () => aMoment })(mixed, aMoment + 1);
    expect(views.map(({ namedBy }) => namedBy)).toEqual(['this_corporation', undefined, undefined, 'this_corporation']);
    expect(seen.reads).toBe(2);
  });

  it('knows of a call of its own that may have named the card before the card’s items are written', async () => {
    const [stored] = requestOf([['already_named']]).chunks;
    assert(stored !== undefined, 'an order has a chunk');
    const traces = new Map([[0, { maybe: '261122101500-0a1b2c3', doubt: 'unknown', tries: 0 } as const]]);
    const cards = cardsOf({ ...stored, state: { ...stored.state, traces } });
    const ledger = { readCardHistory: async () => [] };
    const [view] = await createReadNamedBy({ ledger, clock: () => aMoment })(cards, aMoment + 1);
    expect(view?.namedBy).toBe('presumed_this_corporation');
  });

  it('reads at most sixteen histories side by side', async () => {
    const { ledger, seen } = ledgerWithHistories();
    const many = requestOf([Array.from({ length: 100 }, () => 'already_named')]).chunks.flatMap(cardsOf);
    const views = await createReadNamedBy({ ledger, clock: () => aMoment })(many, aMoment + 1);
    expect(views.every(({ namedBy }) => namedBy === 'this_corporation')).toBe(true);
    expect(seen.mostAtOnce).toBe(16);
  });

  it('begins no read when the time is up', async () => {
    const { ledger, seen } = ledgerWithHistories();
    const views = await createReadNamedBy({ ledger, clock: () => aMoment })(mixed, aMoment);
    expect(views).toEqual(mixed);
    expect(seen.reads).toBe(0);
  });
});
