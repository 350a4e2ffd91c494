import assert from 'node:assert/strict';

/** Something that belongs to a line of the file. */
export type OfLine = { readonly line: number };

/**
 * Gives rows out in the order of their lines, as far as none of a later chunk can come before them. `add` takes the next
 * chunks, one after the other; no chunk's first line is before that of an earlier one.
 */
export type LineOrder<Row extends OfLine> = {
  add(rows: readonly Row[]): Row[];
  /** What is left after the last chunk. */
  rest(): Row[];
};

/**
 * Chunks are numbered by their first lines, and each holds the cards of one corporation: where corporations alternate,
 * chunks overlap. Rows are held until the chunk that is added begins behind them, so what is held is the overlap: as a
 * rule as many chunks as there are corporations, at worst the file. Cards that shared a line stay in the order of their chunks.
 */
export function createLineOrder<Row extends OfLine>(): LineOrder<Row> {
  const held = new Map<number, Row[]>();
  let nextLine = 1;

  function hold(row: Row): void {
    const sameLine = held.get(row.line);
    if (sameLine === undefined) held.set(row.line, [row]);
    else sameLine.push(row);
  }

  function giveOut(before: number): Row[] {
    const rows: Row[] = [];
    for (; nextLine < before && held.size > 0; nextLine += 1) {
      rows.push(...(held.get(nextLine) ?? []));
      held.delete(nextLine);
    }
    return rows;
  }

  return {
    add(rows) {
      const first = rows[0]?.line ?? nextLine;
      assert(first >= nextLine, 'chunks come in the order of their first lines');
      const ready = giveOut(first);
      nextLine = first;
      for (const row of rows) hold(row);
      return ready;
    },
    rest: () => giveOut(Infinity),
  };
}
