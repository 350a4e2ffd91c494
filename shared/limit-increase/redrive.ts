import { createSettleIfComplete, type FinishDeps } from './finish.ts';
import type { RequestWithCounts } from './ports.ts';
import { createReopenChunks } from './reopen-chunks.ts';
import type { Instant, LimitIncreaseRequest, RedrivableStatus, SettledCounts } from './terms.ts';
import type { Bells } from './upload.ts';

/**
 * `redriven`: by this caller, or by a redrive of the same statuses that was under way and was taken further.
 * `other_statuses`: a redrive that leaves some of the asked statuses out was under way; it was taken further.
 * `nothing_unresolved`: no card has one of the asked statuses. `not_settled`: others of its cards are still open, and
 * their time is not over.
 */
export type RedriveEnd = 'redriven' | 'other_statuses' | 'nothing_unresolved' | 'not_settled' | 'unknown_request';

export type RedriveDeps = Omit<FinishDeps, 'bells'> & { readonly bells: Pick<Bells, 'ringChunks'> };

/** An operator, and the request of which he wants the cards of these statuses to be asked for again. */
export type RedriveOrder = {
  readonly requestId: string;
  readonly by: string;
  readonly statuses: readonly RedrivableStatus[];
};

/** So many redrives a request keeps. */
const redrivesKept = 20;
/** If whoever redrives vanishes, the reconciler goes on this much later. */
const redrivePauseMs = 120_000;

/**
 * Has final cards asked for again. First the request is open again, and marked, in one write that names the operator and
 * the statuses; then its chunks are reopened; then the mark is taken away, and only then can the request settle again.
 * What a crash leaves undone, the reconciler does, or an operator who redrives the request again.
 */
export function createRedrive(deps: RedriveDeps) {
  const { ledger, clock, notify, bells } = deps;
  const settleIfComplete = createSettleIfComplete({ ...deps, bells: undefined });
  const reopenChunks = createReopenChunks({ ledger, clock, notify, bells });
  // The redrive is done then: whether all is final already, the reconciler sees as well.
  const told = (requestId: string) => (error: unknown) =>
    notify({ notice: 'work_interrupted', work: `request ${requestId}`, error });

  return async (order: RedriveOrder, deadline: Instant): Promise<RedriveEnd> => {
    const { requestId, statuses } = order;
    const found = await ledger.readRequest(requestId);
    if (found === undefined) return 'unknown_request';
    const { request, counts } = found;
    if (request.redriving === undefined) {
      if (cardsOf(counts, statuses) === 0) return 'nothing_unresolved';
      // Its own item follows its tallies by a moment: what is shown as settled may be redriven.
      // guard: redrive-settled
      if (request.status !== 'settled' && !(await settleIfComplete(requestId))) return 'not_settled';
    }
    const redriven = request.redriving === undefined ? await begin(found, order) : request;
    if (redriven === undefined) return 'unknown_request';
    // Its chunks were rung for before the mark was taken away: workers that were quicker could not settle the request.
    if (await reopenChunks(redriven, deadline)) await settleIfComplete(requestId).catch(told(requestId));
    // guard: redrive-answer
    return includesAll(redriven, statuses) ? 'redriven' : 'other_statuses';
  };

  /** Answers the request with its latest redrive: another operator may have begun that just now. */
  async function begin(
    { request, counts }: RequestWithCounts,
    { by, statuses }: RedriveOrder,
  ): Promise<LimitIncreaseRequest | undefined> {
    const { requestId, redriven = 0, redrives = [], upload } = request;
    const number = redriven + 1;
    const cards = cardsOf(counts, statuses);
    const redrive = { by, at: clock(), cards, statuses };
    // guard: redrive-kept
    const earlier = redrives.slice(1 - redrivesKept);
    // guard: redrive-edition
    const edition = upload === undefined ? undefined : upload.edition + 1;
    const beginning = { number, redrive, earlier, edition, dueAt: clock() + redrivePauseMs };
    if ((await ledger.beginRedrive(requestId, beginning)) === 'stands')
      return (await ledger.readRequest(requestId))?.request;
    notify({ notice: 'redriven', requestId, by, cards, statuses });
    return { ...request, redrives: [...earlier, redrive], redriving: { number, chunksDone: 0, statuses } };
  }
}

const cardsOf = (counts: SettledCounts, statuses: readonly RedrivableStatus[]): number =>
  statuses.reduce((sum, status) => sum + counts[status], 0);

function includesAll({ redrives = [] }: LimitIncreaseRequest, asked: readonly RedrivableStatus[]): boolean {
  const reopens = redrives.at(-1)?.statuses ?? [];
  return asked.every((status) => reopens.includes(status));
}
