import * as z from 'zod';

// Positions as an on-call engineer can read them, and as few bytes as can be: 0-49,51,60-62. The order is kept, because
// cards that go alone are asked for in it; only a run that ascends by ones is drawn together.

const positionMax = 999;

export const positionSchema = z.int().min(0).max(positionMax);

const rangesPattern = /^(\d{1,3}(-\d{1,3})?(,\d{1,3}(-\d{1,3})?)*)?$/;

export const storedPositions = z.codec(z.string().regex(rangesPattern), z.array(positionSchema).readonly(), {
  decode: positionsFrom,
  encode: rangesOf,
});

/** Several lists of positions in one string, apart by a blank; none of them is empty. */
export const storedPositionLists = z.codec(
  z.string().regex(/^[\d,-]*( [\d,-]+)*$/),
  z.array(z.array(positionSchema).min(1).readonly()).readonly(),
  {
    decode: (lists) => (lists === '' ? [] : lists.split(' ').map(positionsFrom)),
    encode: (lists) => lists.map(rangesOf).join(' '),
  },
);

export function rangesOf(positions: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const position of positions) {
    const run = runs.at(-1);
    if (run !== undefined && run.last + 1 === position) run.last = position;
    else runs.push({ first: position, last: position });
  }
  return runs.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

/** The reverse of `rangesOf`. A range that runs backwards holds nothing. */
export function positionsFrom(ranges: string): number[] {
  if (ranges === '') return [];
  return ranges.split(',').flatMap((range) => {
    const [first = '', last = first] = range.split('-');
    const length = Math.max(0, Number(last) - Number(first) + 1);
    return Array.from({ length }, (_, step) => Number(first) + step);
  });
}
