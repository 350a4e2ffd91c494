import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardEntries, newCardEntries } from '../../../shared/limit-increase/card-entries.ts';
import type { CardTrace, ChunkState, Positions } from '../../../shared/limit-increase/chunk-state.ts';
import { foldLostCall, foldOutcome } from '../../../shared/limit-increase/journal.ts';
import { isPresumedElsewhere } from '../../../shared/limit-increase/presumed-elsewhere.ts';
import type { FinalCardStatus } from '../../../shared/limit-increase/terms.ts';
import { aCall, aResult, aState } from '../../support/builders.ts';
import { chunkAfter, limited, listing, refused, timedOut } from './chunk-after.ts';
import { type Fate, type PlatformWays, rules, settleAll } from './platform-model.ts';

const { FC_SEED: seed } = process.env;
const replay = seed === undefined ? {} : { seed: Number(seed) };

const listRefused: Partial<CardTrace> = { doubt: 'refused_list' };
const aTrace = (over: Partial<CardTrace> = {}): CardTrace => ({ maybe: 'C0', doubt: 'unknown', tries: 0, ...over });

/** Cards of a chunk with these ends, each carried by refused lists only. */
function chunkOf(
  refusedLists: readonly Positions[],
  ends: readonly (FinalCardStatus | 'open')[],
  over: Partial<ChunkState> = {},
): ChunkState {
  const results = ends.flatMap((status, position) =>
    status === 'open' ? [] : [[position, aResult({ status, correlationId: `C${position + 1}` })] as const],
  );
  const traces = ends.map((_, position) => [position, aTrace(listRefused)] as const);
  return aState(ends.length, { refusedLists, results: new Map(results), traces: new Map(traces), ...over });
}

describe('a card that was named already, carried by refused lists only', () => {
  it('is presumed elsewhere if every other card of its first list was named by later calls', () => {
    expect(isPresumedElsewhere(chunkOf([[0, 1, 2]], ['named', 'already_named', 'named']), 1)).toBe(true);
  });

  it.each<[string, FinalCardStatus | 'open']>([
    ['is named already too', 'already_named'],
    ['is not found', 'not_found'],
    ['is rejected', 'rejected'],
    ['is given up', 'unresolved'],
    ['is still open', 'open'],
  ])('is not if another card of its first list %s', (_, status) => {
    expect(isPresumedElsewhere(chunkOf([[1, 2, 0]], ['named', 'already_named', status]), 1)).toBe(false);
  });

  it('is judged by the first list that carried it, not by a later one', () => {
    const ends = ['named', 'already_named', 'already_named'] as const;
    expect(
      isPresumedElsewhere(
        chunkOf(
          [
            [2, 1, 0],
            [1, 0],
          ],
          ends,
        ),
        1,
      ),
    ).toBe(false);
    expect(
      isPresumedElsewhere(
        chunkOf(
          [
            [1, 0],
            [2, 1, 0],
          ],
          ends,
        ),
        1,
      ),
    ).toBe(true);
  });

  it('is presumed elsewhere if in some list a card was named later that stood before one that is refused alone', () => {
    const ends = ['named', 'not_found', 'already_named', 'already_named'] as const;
    const state = chunkOf(
      [
        [0, 1],
        [2, 3],
      ],
      ends,
    );
    expect([2, 3].map((position) => isPresumedElsewhere(state, position))).toEqual([true, true]);
  });

  it('is not if the refused card of such a list stood first', () => {
    const state = chunkOf(
      [
        [1, 0],
        [2, 3],
      ],
      ['named', 'not_found', 'already_named', 'already_named'],
    );
    expect([2, 3].map((position) => isPresumedElsewhere(state, position))).toEqual([false, false]);
  });

  it('is not if the other card was named by a call that was believed lost: it may be older than the list', () => {
    const { chunk, state: fresh } = chunkAfter(3);
    let state = foldLostCall({ ...fresh, inFlight: aCall({ correlationId: 'C1', positions: [0] }) }, 1);
    const refuse = (correlationId: string, positions: Positions, lateListing?: string) => {
      const call = aCall({ correlationId, positions });
      const outcome = refused('already_named', '003_050');
      state = foldOutcome({ ...state, inFlight: call }, { chunk, call, outcome, at: 2, lateListing }, rules);
    };
    refuse('L', [1, 0]);
    refuse('S0', [0], 'C1');
    refuse('S1', [1]);
    expect([0, 1].map((position) => state.results.get(position)?.status)).toEqual(['named', 'already_named']);
    expect(isPresumedElsewhere(state, 1)).toBe(false);
    state = foldLostCall({ ...state, inFlight: aCall({ correlationId: 'C9', positions: [2] }) }, 3);
    expect(isPresumedElsewhere(state, 1)).toBe(false);
  });

  it.each(['unknown', 'refused_call'] as const)('is not if another call may have named it: %s', (doubt) => {
    const state = chunkOf([[0, 1]], ['named', 'already_named']);
    const traces = new Map(state.traces).set(1, aTrace({ doubt }));
    expect(isPresumedElsewhere({ ...state, traces }, 1)).toBe(false);
  });

  it('is not if no call carried it, or only a list that named the others and refused it by a word', () => {
    expect(isPresumedElsewhere(chunkOf([[0, 1]], ['named', 'already_named'], { traces: new Map() }), 1)).toBe(false);
    expect(isPresumedElsewhere(chunkOf([], ['named', 'already_named']), 1)).toBe(false);
  });
});

describe('what the history of such a card holds', () => {
  const refusal = refused('already_named', '003_050');
  const entriesAfter = (...outcomes: Parameters<typeof chunkAfter>[1][]) => {
    const { chunk, state } = chunkAfter(2, ...outcomes);
    return cardEntries(chunk, state).flatMap((entry) => (entry.entry === 'maybe' ? entry.presumedElsewhere : []));
  };

  it('is that its calls most likely did not name it', () => {
    expect(entriesAfter(refusal, listing(0), refusal)).toEqual([true]);
  });

  it('is that they may have named it as soon as one of them ended unknown, or was answered 429', () => {
    expect(entriesAfter(timedOut, refusal, listing(0), refusal)).toEqual([false]);
    expect(entriesAfter(limited, refusal, listing(0), refusal)).toEqual([false]);
    expect(entriesAfter(refusal, listing(0), timedOut, refusal)).toEqual([false]);
  });

  it('is written again when what is presumed of its calls changes', () => {
    const { chunk, state } = chunkAfter(2, refusal);
    const judged = { ...state, results: new Map([[1, aResult({ status: 'already_named' })]]) };
    const [entry, ...others] = newCardEntries(chunk, judged, {
      ...judged,
      results: new Map(judged.results).set(0, aResult()),
    }).filter((one) => one.entry === 'maybe');
    expect([entry?.par, entry?.presumedElsewhere, others]).toEqual([chunk.pars[1], true, []]);
    expect(newCardEntries(chunk, judged, judged)).toEqual([]);
  });

  it('is nothing of its calls once it was named, not found or rejected', () => {
    expect(entriesAfter(refusal, listing(0), listing(1))).toEqual([]);
    expect(entriesAfter(refusal, listing(0), refused('not_found', '003_021'))).toEqual([]);
  });
});

describe('whatever the platform names of a refused list', () => {
  const fates = fc.array(fc.constantFrom<Fate>('good', 'good', 'good', 'unknown', 'named_before'), {
    minLength: 1,
    maxLength: 30,
  });
  const ways = (...commits: PlatformWays['refusedListCommits'][]) =>
    fc.record<PlatformWays>({
      alreadyNamedRefuses: fc.constantFrom('any', 'all'),
      refusedListCommits: fc.constantFrom(...commits),
    });
  const presumed = ({ state }: { readonly state: ChunkState }) =>
    [...state.results.keys()].filter((position) => isPresumedElsewhere(state, position));

  // failures: F098
  it('a card that a refused list of ours named has a call in its history that may have done it', () => {
    fc.assert(
      fc.property(fates, ways('none', 'all_good', 'before_fault', 2, 3), (cards, way) => {
        const { state, namedByRefusedLists } = settleAll(cards, way);
        expect([...namedByRefusedLists].filter((position) => !state.traces.has(position))).toEqual([]);
      }),
      replay,
    );
  });

  it('a card that a refused list of ours named is never presumed elsewhere', () => {
    fc.assert(
      fc.property(fates, ways('none', 'all_good'), (cards, way) => {
        const { state, namedByRefusedLists } = settleAll(cards, way);
        expect(presumed({ state }).filter((position) => namedByRefusedLists.has(position))).toEqual([]);
      }),
      { ...replay, numRuns: 2_000 },
    );
  });

  // failures: F098
  it('the one card of a list that was named before is presumed elsewhere where nothing of a refused list is named', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100 }), fc.nat(), (cards, at) => {
        const one = Array.from(
          { length: cards },
          (_, position): Fate => (position === at % cards ? 'named_before' : 'good'),
        );
        const { state } = settleAll(one, { alreadyNamedRefuses: 'any', refusedListCommits: 'none' });
        expect(presumed({ state }).filter((position) => state.results.get(position)?.status !== 'named')).toEqual([
          at % cards,
        ]);
      }),
      replay,
    );
  });
});
