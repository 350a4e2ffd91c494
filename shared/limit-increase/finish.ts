import { cardEntries } from './card-entries.ts';
import { sumCounts } from './counts.ts';
import type { Notify } from './notice.ts';
import type { Clock, Ledger, StoredChunk } from './ports.ts';
import type { Bells } from './upload.ts';

export type FinishDeps = {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly notify: Notify;
  /** Wakes whoever writes the report of a file; absent for workers that meet orders of the API only. */
  readonly ringReport?: Bells['ringReport'] | undefined;
};

/** If the bell is lost, the reconciler rings it again so much later. */
const reportMs = 60_000;

/**
 * What a settled chunk still lacks: the items of its cards, then its leaving the index of open work, and the request's
 * own end if this was its last chunk. Each part may be repeated; until all is done the chunk stays in the index.
 */
export function createFinish(deps: FinishDeps) {
  const { ledger, clock, notify } = deps;
  const settleIfComplete = createSettleIfComplete(deps);
  return async ({ chunk, state }: StoredChunk, chunksTotal?: number): Promise<StoredChunk> => {
    if (state.stage === 'done') return { chunk, state };
    await ledger.writeCards(cardEntries(chunk, state));
    const { requestId } = chunk.ref;
    const at = clock();
    if (chunksTotal === 1) {
      await Promise.all([ledger.finishChunk(chunk.ref, at), ledger.settleRequest(requestId, at)]);
      notify({ notice: 'request_settled', requestId });
    } else {
      await ledger.finishChunk(chunk.ref, at);
      await settleIfComplete(requestId);
    }
    return { chunk, state: { ...state, stage: 'done', updatedAt: at } };
  };
}

/** A request is settled when its tallies add up to its cards; that of a file then owes its report. Answers whether it is. */
export function createSettleIfComplete({ ledger, clock, notify, ringReport }: FinishDeps) {
  async function ring(requestId: string): Promise<void> {
    try {
      await ringReport?.(requestId);
    } catch (error) {
      notify({ notice: 'bell_failed', requestId, error });
    }
  }

  return async (requestId: string): Promise<boolean> => {
    const found = await ledger.readRequest(requestId);
    if (found === undefined || found.request.status === 'receiving') return false;
    if (found.request.status === 'settled') return true;
    if (sumCounts(found.counts) !== found.request.cardsTotal) return false;
    const at = clock();
    const owesReport = found.request.upload !== undefined;
    await ledger.settleRequest(requestId, at, owesReport ? at + reportMs : undefined);
    notify({ notice: 'request_settled', requestId });
    if (owesReport) await ring(requestId);
    return true;
  };
}
