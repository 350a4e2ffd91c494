import { sumCounts } from '../limit-increase/counts.ts';
import type { RequestWithCounts } from '../limit-increase/ports.ts';
import type { Instant } from '../limit-increase/terms.ts';

/**
 * Seconds until the last card of a file is final, if it goes on as it went since the rows were counted. Null while
 * nothing has become final by which to judge.
 */
export function secondsLeft({ request, counts }: RequestWithCounts, now: Instant): number | null {
  const { status, cardsTotal, upload } = request;
  const final = sumCounts(counts);
  const open = cardsTotal - final;
  if (status === 'settled' || (status === 'open' && open === 0)) return 0;
  const checkedAt = upload?.checkedAt;
  if (checkedAt === undefined || final === 0) return null;
  // Another machine's clock wrote the beginning: it may be ahead of this one.
  const elapsedMs = Math.max(0, now - checkedAt);
  return Math.ceil((open * elapsedMs) / final / 1_000);
}
