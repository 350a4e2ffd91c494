import { tryToRing } from './bell.ts';
import { cardEntries } from './card-entries.ts';
import { sumCounts } from './counts.ts';
import type { Notify } from './notice.ts';
import type { Clock, Ledger, StoredChunk } from './ports.ts';
import type { LimitIncreaseRequest } from './terms.ts';
import type { Bells } from './upload.ts';

export type FinishDeps = {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly notify: Notify;
  /** Undefined for whoever settles no file's chunk: its report would be rung for by the reconciler, a minute later. */
  readonly bells: Pick<Bells, 'ringReport'> | undefined;
};

/** If the bell of a report is missed, the reconciler looks after it this much later. */
const reportPauseMs = 60_000;

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

/** A request is settled when its tallies add up to its cards. Answers whether it is. */
export function createSettleIfComplete({ ledger, clock, notify, bells }: FinishDeps) {
  return async (requestId: string): Promise<boolean> => {
    const found = await ledger.readRequest(requestId);
    if (found === undefined || found.request.status === 'receiving') return false;
    if (found.request.status === 'settled') return true;
    if (sumCounts(found.counts) !== found.request.cardsTotal) return false;
    await settle(found.request);
    return true;
  };

  // That of a file stays in the index of open work for its report: a bell may be lost.
  async function settle({ requestId, upload }: LimitIncreaseRequest): Promise<void> {
    const at = clock();
    await ledger.settleRequest(requestId, at, upload === undefined ? undefined : at + reportPauseMs);
    notify({ notice: 'request_settled', requestId });
    if (upload === undefined || bells === undefined) return;
    await tryToRing({ bell: 'report', requestId, ring: () => bells.ringReport(requestId) }, notify);
  }
}
