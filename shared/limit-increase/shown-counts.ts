import { sumCounts } from './counts.ts';
import type { LimitIncreaseRequest, SettledCounts } from './terms.ts';

type Counted = Pick<LimitIncreaseRequest, 'cardsTotal' | 'status'>;

/**
 * A request's cards by status, under the names that the API and the reports have for them. A settled request has no open
 * card, even if the items of some cards have expired and their final status is unknown.
 */
export const shownCounts = ({ cardsTotal: total, status }: Counted, counts: SettledCounts) => ({
  total,
  open: status === 'settled' ? 0 : total - sumCounts(counts),
  named: counts.named,
  alreadyNamed: counts.already_named,
  notFound: counts.not_found,
  rejected: counts.rejected,
  unresolved: counts.unresolved,
});
