import { seededRandom } from '../support/kona-simulator/random.ts';

export type Draw = ReturnType<typeof createDraw>;

/** Chance as a seed alone decides it. */
export function createDraw(seed: number) {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const oneOf = <T>(choices: readonly [T, ...T[]]): T => choices[below(choices.length)] ?? choices[0];
  const times = <T>(count: number, draw: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => draw(i));
  return { random, below, oneOf, times, chance: (share: number): boolean => random() < share };
}
