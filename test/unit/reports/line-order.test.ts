import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineOrder } from '../../../shared/reports/line-order.ts';

const { FC_SEED: seed } = process.env;
const replay = seed === undefined ? {} : { seed: Number(seed) };

type Row = { readonly line: number; readonly card: number };

/** Cards of a file, a corporation and a line each, cut into chunks as a file is: one is filled for every corporation. */
function cut(cards: readonly { readonly corporation: number; readonly line: number }[], chunkMax: number): Row[][] {
  const chunks: Row[][] = [];
  const filling = new Map<number, Row[]>();
  for (const [card, { corporation, line }] of cards.entries()) {
    let chunk = filling.get(corporation);
    if (chunk === undefined || chunk.length === chunkMax) {
      chunk = [];
      chunks.push(chunk);
      filling.set(corporation, chunk);
    }
    chunk.push({ line, card });
  }
  return chunks;
}

// Cards that share a line are of one corporation, as in a line with a list of cards.
const files = fc
  .array(
    fc.record({
      corporation: fc.nat({ max: 4 }),
      gap: fc.integer({ min: 1, max: 3 }),
      cards: fc.integer({ min: 1, max: 5 }),
    }),
  )
  .map((rows) => {
    let line = 0;
    return rows.flatMap(({ corporation, gap, cards }) => {
      line += gap;
      return Array.from({ length: cards }, () => ({ corporation, line }));
    });
  });

describe('rows of chunks that overlap', () => {
  it('come out as they stood in the file, however many chunks are added at a time', () => {
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), (cards, chunkMax, atOnce) => {
        const chunks = cut(cards, chunkMax);
        const order = createLineOrder<Row>();
        const rows: Row[] = [];
        for (let from = 0; from < chunks.length; from += atOnce)
          rows.push(...order.add(chunks.slice(from, from + atOnce).flat()));
        rows.push(...order.rest());
        expect(rows).toEqual(cards.map(({ line }, card) => ({ line, card })));
      }),
      replay,
    );
  });

  it('are held no longer than they must be', () => {
    const order = createLineOrder<{ line: number }>();
    const rows = (...lines: number[]) => lines.map((line) => ({ line }));
    expect(order.add(rows(2, 4, 9))).toEqual([]);
    expect(order.add(rows(3, 5))).toEqual(rows(2));
    expect(order.add(rows(9, 10))).toEqual(rows(3, 4, 5));
    expect(order.rest()).toEqual(rows(9, 9, 10));
  });

  it('are refused when a chunk comes before one with an earlier number', () => {
    const order = createLineOrder<{ line: number }>();
    order.add([{ line: 5 }]);
    expect(() => order.add([{ line: 4 }])).toThrow('order of their first lines');
  });
});
