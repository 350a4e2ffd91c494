import assert from 'node:assert/strict';
import type { Corporation, Par } from '../limit-increase/terms.ts';
import type { CardTable } from './card-table.ts';
import type { Corporations } from './corporations.ts';
import type { Row } from './row.ts';

/** What became of a row: taken, or not and why. A line of JSON with several cards is several rows. */
export type ListedRow = { readonly line: number } & (
  | { readonly taken: true; readonly corporation: Corporation; readonly par: Par }
  | { readonly taken: false; readonly reasons: readonly string[] }
);

/** The rows of a file that was read once already, in its order. `cards` and `corporations` are what that reading found. */
export async function* listRows(
  batches: AsyncIterable<readonly Row[]>,
  cards: CardTable,
  corporations: Corporations,
): AsyncGenerator<ListedRow> {
  let rowsRead = 0;
  for await (const batch of batches) {
    for (const row of batch) {
      if (row.ok) yield* listCards(row, rowsRead, cards, corporations);
      else yield { line: row.line, taken: false, reasons: row.reasons };
      rowsRead += row.ok ? row.pars.length : row.rows;
    }
  }
}

function* listCards(
  { line, corporation, pars }: Extract<Row, { ok: true }>,
  rowsBefore: number,
  cards: CardTable,
  corporations: Corporations,
): Generator<ListedRow> {
  const number = corporations.find(corporation);
  for (const [index, par] of pars.entries()) {
    const card = cards.find(par);
    assert(card !== undefined && number !== undefined, 'a file holds the same cards whenever it is read');
    const first = cards.first(card);
    const conflict = cards.conflict(card);
    if (conflict !== undefined) {
      const other = number === first.corporation ? conflict : first.line;
      yield {
        line,
        taken: false,
        reasons: [`par: the same card stands for another corporation on line ${other}; none of both is taken`],
      };
    } else if (first.row !== rowsBefore + index)
      yield {
        line,
        taken: false,
        reasons: [`par: the same card stands on line ${first.line} already; it is taken once`],
      };
    else yield { line, taken: true, corporation, par };
  }
}
