import { tryToRing } from './bell.ts';
import { cardEntries } from './card-entries.ts';
import { sumCounts } from './counts.ts';
import type { Notify } from './notice.ts';
import type { Clock, Ledger, RequestWithCounts, SettlingNote, StoredChunk } from './ports.ts';
import type { Instant, LimitIncreaseRequest, SettledCounts } from './terms.ts';
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
  const { ledger, clock } = deps;
  const settleRequest = createSettleRequest(deps);
  const settleIfAdded = createSettleIfAdded(deps);
  return async ({ chunk, state }: StoredChunk, chunksTotal?: number): Promise<StoredChunk> => {
    if (state.stage === 'done') return { chunk, state };
    const { requestId } = chunk.ref;
    const { fence, redriven } = state;
    // The tally holds this chunk since it was settled: whether that completes the request can be read meanwhile.
    const [found] = await Promise.all([
      chunksTotal === 1 ? undefined : ledger.readRequest(requestId),
      // guard: entries-before-done
      ledger.writeCards(cardEntries(chunk, state)),
    ]);
    const at = clock();
    const settling = chunksTotal === 1 ? settleRequest({ requestId, redriven }) : settleIfAdded(found);
    await Promise.all([ledger.finishChunk(chunk.ref, at, fence), settling]);
    return { chunk, state: { ...state, stage: 'done', updatedAt: at } };
  };
}

/** A request is settled when its tallies add up to its cards. Answers whether it is. */
export function createSettleIfComplete(deps: FinishDeps) {
  const settleIfAdded = createSettleIfAdded(deps);
  return async (requestId: string): Promise<boolean> => settleIfAdded(await deps.ledger.readRequest(requestId));
}

function createSettleIfAdded(deps: FinishDeps) {
  const settleRequest = createSettleRequest(deps);
  return async (found: RequestWithCounts | undefined): Promise<boolean> => {
    if (found === undefined || found.request.status === 'receiving') return false;
    if (found.request.status === 'settled') return true;
    // Before a redrive has gone through the chunks, the tallies add up with cards that it is about to reopen.
    if (found.request.redriving !== undefined) return false;
    // guard: request-complete
    if (sumCounts(found.counts) !== found.request.cardsTotal) return false;
    await settleRequest(found.request);
    return true;
  };
}

type Settling = Pick<LimitIncreaseRequest, 'requestId' | 'upload' | 'redriven'>;

function createSettleRequest(deps: FinishDeps) {
  const settled = createSettled(deps);
  return (settling: Settling): Promise<void> =>
    settled(settling, (at, note) => deps.ledger.settleRequest(settling.requestId, at, note));
}

/** Settles a request whose counts lack items that are gone: `correction` is added to them. */
export function createSettleRecounted(deps: FinishDeps) {
  const settled = createSettled(deps);
  return (request: LimitIncreaseRequest, correction: SettledCounts): Promise<void> =>
    settled(request, async (at, note) => {
      const { requestId, expiresAt } = request;
      await deps.ledger.settleRecounted(requestId, at, { ...note, correction, expiresAt });
    });
}

type Write = (at: Instant, note: SettlingNote) => Promise<void>;

// That of a file stays in the index of open work for its report: a bell may be lost.
function createSettled({ clock, notify, bells }: FinishDeps) {
  return async ({ requestId, upload, redriven }: Settling, write: Write): Promise<void> => {
    const at = clock();
    // guard: report-owed
    const reportDueAt = upload === undefined ? undefined : at + reportPauseMs;
    await write(at, { reportDueAt, redriven });
    notify({ notice: 'request_settled', requestId });
    if (upload === undefined || bells === undefined) return;
    await tryToRing({ bell: 'report', requestId, ring: () => bells.ringReport(requestId) }, notify);
  };
}
