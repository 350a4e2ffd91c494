import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../support/kona-simulator/random.ts';
import { bitsOfPlacement, hundredWith, placedAtRandom } from './placements.ts';
import { type Fate, type PlatformWays, settleAll } from './platform-model.ts';

const nothingCommits: PlatformWays = { alreadyNamedRefuses: 'any', refusedListCommits: 'none' };

describe('isolating the cards at fault', () => {
  it('settles a clean list of 100 in one call', () => {
    expect(settleAll(hundredWith(), nothingCommits).calls).toBe(1);
  });

  it('settles 100 cards with one unknown card in at most 15 calls, wherever it stands', () => {
    const calls = Array.from({ length: 100 }, (_, position) => settleAll(hundredWith(position), nothingCommits).calls);
    expect(Math.max(...calls)).toBeLessThanOrEqual(15);
  });

  it('settles 100 cards with two unknown cards in at most 27 calls, wherever they stand', () => {
    let most = 0;
    for (let a = 1; a < 100; a += 1)
      for (let b = 0; b < a; b += 1) most = Math.max(most, settleAll(hundredWith(a, b), nothingCommits).calls);
    expect(most).toBeLessThanOrEqual(27);
  });

  it.each(Array.from({ length: 10 }, (_, one) => one + 1))(
    'settles 100 cards with %i unknown ones in some 1.25 calls for each bit of their placement, on average',
    (unknown) => {
      const random = seededRandom(1);
      const orders = Array.from(
        { length: 400 },
        () => settleAll(placedAtRandom(unknown, random), nothingCommits).calls,
      );
      const average = orders.reduce((sum, calls) => sum + calls, 0) / orders.length;
      expect(average).toBeLessThanOrEqual(1.25 * bitsOfPlacement(unknown) + 3);
    },
  );

  const ways = fc.record<PlatformWays>({
    alreadyNamedRefuses: fc.constantFrom('any', 'all'),
    refusedListCommits: fc.constantFrom<PlatformWays['refusedListCommits'][]>('none', 'all_good', 'before_fault', 2, 3),
  });
  const fates = fc.array(fc.constantFrom<Fate>('good', 'good', 'unknown', 'named_before'), {
    minLength: 1,
    maxLength: 100,
  });

  it('never takes more than twelve calls above one for each card, whatever the platform’s ways', () => {
    fc.assert(
      fc.property(fates, ways, fc.integer({ min: 1, max: 100 }), (cards, way, parsPerCallMax) => {
        expect(settleAll(cards, way, parsPerCallMax).calls).toBeLessThanOrEqual(cards.length + 12);
      }),
    );
  });

  // failures: F071
  it('judges every card by its own fate, and never calls a card not_found that exists', () => {
    fc.assert(
      fc.property(fates, ways, (cards, way) => {
        const { state } = settleAll(cards, way);
        const judged = cards.map((_, position) => state.results.get(position)?.status);
        const wanted = cards.map((fate, position) => {
          if (fate === 'unknown') return 'not_found';
          if (fate === 'named_before') return 'already_named';
          // Where a refused list commits, a good card may have been named by it: then it says so when it stands alone.
          return way.refusedListCommits !== 'none' && judged[position] === 'already_named' ? 'already_named' : 'named';
        });
        expect(judged).toEqual(wanted);
      }),
    );
  });
});
