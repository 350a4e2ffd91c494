import { addCounts, countResults, noCounts, subtractCounts } from './counts.ts';
import { createSettleRecounted, type FinishDeps } from './finish.ts';
import { mayLackItems } from './retention.ts';
import type { Instant, LimitIncreaseRequest, SettledCounts } from './terms.ts';

const chunksAtOnce = 16;

/**
 * Settles an open request of which items expired or were deleted before the others, so that its counts never add up to
 * its cards. It is settled with what is left once no chunk has work to do. Answers whether it settled the request.
 */
export function createSettleRemaining(deps: FinishDeps) {
  const { ledger, clock } = deps;
  const settleRecounted = createSettleRecounted(deps);

  return async (requestId: string, deadline: Instant): Promise<boolean> => {
    const before = (await ledger.readRequest(requestId))?.request;
    if (before === undefined || !mayBeIncomplete(before)) return false;
    const counts = await countChunks(before, deadline);
    if (counts === undefined) return false;
    // Read after the chunks: the counts of a request without an open chunk change only with a redrive, and that is seen.
    const found = await ledger.readRequest(requestId);
    if (found === undefined || !mayBeIncomplete(found.request) || found.request.redriven !== before.redriven)
      return false;
    await settleRecounted(found.request, subtractCounts(counts, found.counts));
    return true;
  };

  function mayBeIncomplete({ status, redriving, createdAt }: LimitIncreaseRequest): boolean {
    return status === 'open' && redriving === undefined && mayLackItems(createdAt, clock());
  }

  /** Of the chunks that exist; undefined if one of them has work to do, or if the deadline comes first. */
  async function countChunks(
    { requestId, chunksTotal }: LimitIncreaseRequest,
    deadline: Instant,
  ): Promise<SettledCounts | undefined> {
    let counts = noCounts;
    for (let first = 1; first <= chunksTotal; first += chunksAtOnce) {
      if (clock() >= deadline) return undefined;
      const count = Math.min(chunksAtOnce, chunksTotal - first + 1);
      const refs = Array.from({ length: count }, (_, index) => ({ requestId, chunkNumber: first + index }));
      const chunks = await Promise.all(refs.map((ref) => ledger.readChunk(ref)));
      for (const stored of chunks) {
        if (stored === undefined) continue;
        if (stored.state.stage !== 'done') return undefined;
        counts = addCounts(counts, countResults(stored.state.results.values()));
      }
    }
    return counts;
  }
}
