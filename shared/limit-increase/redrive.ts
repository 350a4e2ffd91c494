import { createSettleIfComplete, type FinishDeps } from './finish.ts';
import { createReopenChunks } from './reopen-chunks.ts';
import type { Instant, LimitIncreaseRequest, SettledCounts } from './terms.ts';
import type { Bells } from './upload.ts';

/**
 * `redriven`: by this caller, or a redrive that was under way was taken further. `not_settled`: others of its cards are
 * still open, and their time is not over.
 */
export type RedriveEnd = 'redriven' | 'nothing_unresolved' | 'not_settled' | 'unknown_request';

export type RedriveDeps = Omit<FinishDeps, 'bells'> & { readonly bells: Pick<Bells, 'ringChunks'> };

/** An operator, and the request of which he wants unresolved cards to be asked for again. */
export type RedriveOrder = { readonly requestId: string; readonly by: string };

/** So many redrives a request keeps. */
const redrivesKept = 20;
/** If whoever redrives vanishes, the reconciler goes on this much later. */
const redrivePauseMs = 120_000;

/**
 * Has cards asked for again that were given up. First the request is open again, and marked, in one write that names the
 * operator; then its chunks are reopened; then the mark is taken away, and only then can the request settle again. What a
 * crash leaves undone, the reconciler does, or whoever redrives the request again.
 */
export function createRedrive(deps: RedriveDeps) {
  const { ledger, clock, notify, bells } = deps;
  const settleIfComplete = createSettleIfComplete({ ...deps, bells: undefined });
  const reopenChunks = createReopenChunks({ ledger, clock, notify, bells });
  // The redrive is done then: whether all is final already, the reconciler sees as well.
  const told = (requestId: string) => (error: unknown) =>
    notify({ notice: 'work_interrupted', work: `request ${requestId}`, error });

  return async ({ requestId, by }: RedriveOrder, deadline: Instant): Promise<RedriveEnd> => {
    const found = await ledger.readRequest(requestId);
    if (found === undefined) return 'unknown_request';
    const { request, counts } = found;
    if (request.redriving === undefined) {
      if (counts.unresolved === 0) return 'nothing_unresolved';
      // Its own item follows its tallies by a moment: what is shown as settled may be redriven.
      if (request.status !== 'settled' && !(await settleIfComplete(requestId))) return 'not_settled';
    }
    const redriving = request.redriving ?? (await begin(request, counts, by));
    // Its chunks were rung for before the mark was taken away: workers that were quicker could not settle the request.
    if (await reopenChunks({ ...request, redriving }, deadline))
      await settleIfComplete(requestId).catch(told(requestId));
    return 'redriven';
  };

  async function begin(request: LimitIncreaseRequest, { unresolved: cards }: SettledCounts, by: string) {
    const { requestId, redriven = 0, redrives = [], upload } = request;
    const number = redriven + 1;
    const redrive = { by, at: clock(), cards };
    const earlier = redrives.slice(1 - redrivesKept);
    const edition = upload === undefined ? undefined : upload.edition + 1;
    const beginning = { number, redrive, earlier, edition, dueAt: clock() + redrivePauseMs };
    // Another may have begun it just now: the chunks know by its number which of them are done.
    if ((await ledger.beginRedrive(requestId, beginning)) === 'begun')
      notify({ notice: 'redriven', requestId, by, cards });
    return { number, chunksDone: 0 };
  }
}
