import { seededRandom } from '../support/kona-simulator/random.ts';
import { bitsOfPlacement, placedAtRandom } from '../unit/limit-increase/placements.ts';
import { settleAll } from '../unit/limit-increase/platform-model.ts';
import { always, type Figure, type Spread } from './harness.ts';

// How many calls an order of 100 takes of which k cards are unknown to the platform, over random placements. A list is
// refused whole or taken whole, so an answer is worth one bit, and telling C(100, k) placements apart takes log2 of them:
// no way of asking takes fewer calls on average.

const cards = 100;
const unknownMax = 10;
const placements = 1_000;
const seed = 1;
const ways = { alreadyNamedRefuses: 'any', refusedListCommits: 'none' } as const;

export async function* calls(): AsyncGenerator<Figure> {
  const random = seededRandom(seed);
  for (let unknown = 0; unknown <= unknownMax; unknown += 1) {
    const taken = Array.from({ length: placements }, () => settleAll(placedAtRandom(unknown, random), ways).calls);
    const what = `${unknown} of ${cards} unknown, ${placements} placements`;
    yield { what, unit: 'calls an order', ...againstBits(meanOf(taken), bitsOfPlacement(unknown)) };
  }
}

function againstBits(ours: Spread, bits: number): Pick<Figure, 'ours' | 'reference' | 'ratio'> {
  const { middle, low, high } = ours;
  const ratio = bits === 0 ? undefined : { middle: middle / bits, low: low / bits, high: high / bits };
  return { ours, reference: always(bits), ratio };
}

const meanOf = (values: readonly number[]): Spread => ({
  middle: values.reduce((sum, value) => sum + value, 0) / values.length,
  low: Math.min(...values),
  high: Math.max(...values),
});
