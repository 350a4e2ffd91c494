import { isDeepStrictEqual } from 'node:util';
import { noCounts } from './counts.ts';
import type { ReportRow } from './report-rows.ts';
import type { CardStatus, NamedBy, SettledCounts } from './terms.ts';

/** Of the cards that were named already: how many by whom. */
export type NamedByCounts = Readonly<Record<NamedBy, number>>;

type Rows = AsyncIterable<readonly ReportRow[]>;

/**
 * Counts rows on their way into a report: `namedBy` is right when the last one has passed. `settled` is what the ledger
 * counts; if something else comes out, the request was reopened meanwhile, and such a report must not be completed. Of an
 * old request that may lack items, undefined, only that no card is open.
 */
export function createReportTally(settled: SettledCounts | undefined): {
  readonly namedBy: NamedByCounts;
  passing(rows: Rows): Rows;
} {
  const statuses: Record<CardStatus, number> = { open: 0, ...noCounts };
  const namedBy: Record<NamedBy, number> = {
    this_corporation: 0,
    other_corporation: 0,
    presumed_this_corporation: 0,
    disputed: 0,
    presumed_elsewhere: 0,
    elsewhere: 0,
  };

  async function* passing(rows: Rows): AsyncGenerator<readonly ReportRow[]> {
    for await (const some of rows) {
      for (const row of some) {
        statuses[row.status] += 1;
        if (row.namedBy !== undefined) namedBy[row.namedBy] += 1;
      }
      yield some;
    }
    if (!isDeepStrictEqual(statuses, { ...statuses, ...settled, open: 0 }))
      throw new Error('The cards of this request changed while its report was written.');
  }

  return { namedBy, passing };
}
