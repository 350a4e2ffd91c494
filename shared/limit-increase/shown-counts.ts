import { sumCounts } from './counts.ts';
import type { SettledCounts } from './terms.ts';

/** A request's cards by status, under the names that the API and the reports have for them. */
export const shownCounts = (total: number, counts: SettledCounts) => ({
  total,
  open: total - sumCounts(counts),
  named: counts.named,
  alreadyNamed: counts.already_named,
  notFound: counts.not_found,
  rejected: counts.rejected,
  unresolved: counts.unresolved,
});
