import type { Fate } from './platform-model.ts';

/** 100 cards, those at these positions unknown to the platform. */
export const hundredWith = (...unknown: number[]): Fate[] =>
  Array.from({ length: 100 }, (_, position) => (unknown.includes(position) ? 'unknown' : 'good'));

/** 100 cards, so many of them unknown, at random places. */
export function placedAtRandom(unknown: number, random: () => number): Fate[] {
  const positions = new Set<number>();
  while (positions.size < unknown) positions.add(Math.floor(random() * 100));
  return hundredWith(...positions);
}

/** log2 of the ways to choose so many of 100: an answer is worth one bit, so no way of asking takes fewer on average. */
export function bitsOfPlacement(unknown: number): number {
  let bits = 0;
  for (let one = 1; one <= unknown; one += 1) bits += Math.log2((100 - unknown + one) / one);
  return bits;
}
