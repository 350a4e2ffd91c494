import type { RecountedSettling } from '../limit-increase/ports.ts';
import type { Instant } from '../limit-increase/terms.ts';
import { requestMaySettle } from './conditions.ts';
import { LedgerFault } from './faults.ts';
import { requestKey } from './keys.ts';
import { settledChange } from './requests.ts';
import { tallyWays } from './tally-item.ts';
import type { Part, Transact } from './transactions.ts';
import { tokenOf } from './write-token.ts';

/** Settles a request whose counts lost a part, and corrects them in the same transaction. */
export function createSettleRecounted(transact: Transact) {
  return async (requestId: string, at: Instant, recounted: RecountedSettling): Promise<'settled' | 'unchanged'> => {
    const { correction, expiresAt, redriven = 0, reportDueAt } = recounted;
    const token = tokenOf([requestId, 'recounted', at, correction, redriven]);
    const request: Part<'unchanged'> = {
      update: requestKey(requestId),
      change: settledChange(at, reportDueAt),
      condition: requestMaySettle(redriven),
      refused: () => 'unchanged',
    };
    const ways = tallyWays({ ref: { requestId, chunkNumber: 1 }, counts: correction, at, expiresAt });
    for (const [way, tallied] of ways.entries()) {
      // A token stands for one set of parts.
      const written = await transact<'unchanged' | 'other_way'>({
        operation: 'settleRecounted',
        token: tokenOf([token, way]),
        parts: [request, ...tallied],
      });
      if (written !== 'other_way') return written === 'written' ? 'settled' : written;
    }
    throw new LedgerFault('settleRecounted', 'a counter that is never as it was seen');
  };
}
