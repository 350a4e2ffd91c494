import assert from 'node:assert/strict';
import { type Par, parSchema } from '../limit-increase/terms.ts';

// All cards of a file at 45 bytes each, so that a million of them fit where strings and objects would not: to find a card
// that comes twice, every card has to be remembered exactly. A PAR is 27 digits of base 36, kept as three numbers of
// nine; cards are numbered in the order in which they first come. The memory for the most that a file may hold is asked
// for at once, but the system gives a page of it only when it is first written to.

const digits = 36;
const digitsPerPart = 9;
const parts = 3;

export type CardTable = ReturnType<typeof createCardTable>;

/** Where a card first stood. */
export type FirstRow = { readonly line: number; readonly row: number; readonly corporation: number };

export function createCardTable(cardsMax: number) {
  const slotsCount = 2 ** Math.ceil(Math.log2(cardsMax * 2));
  const pars = new Float64Array(cardsMax * parts);
  const lines = new Uint32Array(cardsMax);
  const rows = new Uint32Array(cardsMax);
  const corporations = new Uint32Array(cardsMax);
  /** How often the card stood on a well-formed row. */
  const times = new Uint32Array(cardsMax);
  /** The line of another corporation's row for the card; 0 if there is none. */
  const conflicts = new Uint32Array(cardsMax);
  /** Card numbers plus 1, at the place that a card's hash names or after it. */
  const slots = new Uint32Array(slotsCount);
  let size = 0;

  const isAt = (card: number, [high, middle, low]: Parts): boolean =>
    pars[card * parts] === high && pars[card * parts + 1] === middle && pars[card * parts + 2] === low;

  /** The slot of the card, or the free one where it would stand. */
  function slotOf(key: Parts): number {
    let slot = hashOf(key) & (slotsCount - 1);
    for (let card = slots[slot]; card !== undefined && card !== 0; card = slots[slot]) {
      if (isAt(card - 1, key)) return slot;
      slot = (slot + 1) & (slotsCount - 1);
    }
    return slot;
  }

  const at = (values: Uint32Array, card: number): number => {
    const value = values[card];
    assert(value !== undefined && card < size, 'a card has a number below the size of the table');
    return value;
  };

  return {
    size: (): number => size,
    /** Notes that the card stands on this row of this corporation. The row must come after all that came before. */
    add(par: Par, { line, row, corporation }: FirstRow): void {
      const key = partsOf(par);
      const slot = slotOf(key);
      const standing = slots[slot];
      if (standing === undefined || standing === 0) {
        assert(size < cardsMax, 'a file holds no more cards than it may');
        pars.set(key, size * parts);
        lines[size] = line;
        rows[size] = row;
        corporations[size] = corporation;
        times[size] = 1;
        size += 1;
        slots[slot] = size;
        return;
      }
      const card = standing - 1;
      times[card] = at(times, card) + 1;
      if (at(corporations, card) !== corporation && at(conflicts, card) === 0) conflicts[card] = line;
    },
    /** The card's number; undefined if it stands on no row. */
    find(par: Par): number | undefined {
      const standing = slots[slotOf(partsOf(par))];
      return standing === undefined || standing === 0 ? undefined : standing - 1;
    },
    par: (card: number): Par =>
      parSchema.parse(
        Array.from({ length: parts }, (_, part) => textOf(pars[card * parts + part] ?? Number.NaN)).join(''),
      ),
    first: (card: number): FirstRow => ({
      line: at(lines, card),
      row: at(rows, card),
      corporation: at(corporations, card),
    }),
    times: (card: number): number => at(times, card),
    /** The line on which the card first stands for another corporation than at first; undefined if there is none. */
    conflict: (card: number): number | undefined => at(conflicts, card) || undefined,
    corporation: (card: number): number => at(corporations, card),
    line: (card: number): number => at(lines, card),
  };
}

type Parts = readonly [high: number, middle: number, low: number];

const partsOf = (par: Par): Parts => [
  Number.parseInt(par.slice(0, digitsPerPart), digits),
  Number.parseInt(par.slice(digitsPerPart, 2 * digitsPerPart), digits),
  Number.parseInt(par.slice(2 * digitsPerPart), digits),
];

const textOf = (part: number): string => part.toString(digits).toUpperCase().padStart(digitsPerPart, '0');

/** Nine digits of base 36 are 47 bits: both halves of each part have their say. */
function hashOf(key: Parts): number {
  let hash = 0x811c9dc5;
  for (const part of key) {
    hash = Math.imul(hash ^ (part | 0), 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ Math.floor(part / 2 ** 32), 0x85ebca6b);
  }
  return (hash ^ (hash >>> 13)) >>> 0;
}
