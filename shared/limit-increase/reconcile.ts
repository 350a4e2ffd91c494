import assert from 'node:assert/strict';
import { createSettleIfComplete, type FinishDeps } from './finish.ts';
import type { DueWork } from './ports.ts';
import type { SessionEnd } from './session.ts';
import type { Settle } from './settle.ts';
import type { Instant } from './terms.ts';
import type { Bells } from './upload.ts';

export type ReconcileDeps = FinishDeps & {
  readonly bells: Pick<Bells, 'ringUpload' | 'ringReport'>;
  readonly settle: Settle;
  /** How many chunks are settled side by side. */
  readonly concurrency: number;
};

/** What one run came to, chunks by how their sessions ended. */
export type ReconcileReport = Readonly<
  Record<SessionEnd | 'requestsSettled' | 'requestsPostponed' | 'requestsRung', number>
>;

/** How much due work is fetched at a time. */
const dueAtOnceMax = 100;
/** An open request is looked after again this much later: its last chunk settles it long before, unless its worker vanished just then. */
const requestPauseMs = 600_000;
/** A file is read, and a report written, within this; if not, its bell rings again. */
const bellPauseMs = 300_000;

/**
 * Takes what is due in the index of open work and brings it as far as it can until the deadline. The index may lag, so
 * it only says where to look: what is to be done, the items themselves tell.
 */
export function createReconcile(deps: ReconcileDeps) {
  const { ledger, settle, clock, notify, bells } = deps;
  const settleIfComplete = createSettleIfComplete({ ...deps, ringReport: bells.ringReport });

  return async (deadline: Instant): Promise<ReconcileReport> => {
    const report = {
      ...{ settled: 0, parked: 0, held: 0, not_due: 0, no_time: 0, fenced_off: 0, interrupted: 0 },
      ...{ requestsSettled: 0, requestsPostponed: 0, requestsRung: 0 },
    };
    const seen = new Set<string>();
    for (;;) {
      // What was looked at must not hide what comes after it: it may be due still, or seem so where the index lags.
      const due = await ledger.listDue(clock(), dueAtOnceMax + seen.size);
      const fresh = due.filter((work) => !seen.has(nameOf(work)));
      for (const work of fresh) seen.add(nameOf(work));
      if (fresh.length === 0) return report;
      const timeIsUp = (): boolean => report.no_time > 0 || clock() >= deadline;
      await sideBySide(fresh, timeIsUp, async (work) => {
        report[await look(work, deadline)] += 1;
      });
      if (timeIsUp()) return report;
    }
  };

  async function look(work: DueWork, deadline: Instant): Promise<keyof ReconcileReport> {
    try {
      if (work.work === 'chunk') return (await settle.takeDue(work.ref, { deadline })).end;
      return await lookAfter(work.requestId);
    } catch (error) {
      // One piece of work must not keep the others from their turn; this one stays due.
      notify({ notice: 'work_interrupted', work: nameOf(work), error });
      return 'interrupted';
    }
  }

  /** Whoever should have read the file on, or written the report, may have vanished: its bell rings again. */
  async function lookAfter(requestId: string): Promise<keyof ReconcileReport> {
    const found = await ledger.readRequest(requestId);
    assert(found !== undefined, 'a request in the index of open work stands in the table');
    const { status, upload } = found.request;
    const isOwed = status === 'receiving' || (status === 'settled' && upload !== undefined);
    if (!isOwed && (await settleIfComplete(requestId))) return 'requestsSettled';
    // First, so that a bell that cannot be rung does not make the request due again at once.
    await ledger.postponeRequest(requestId, clock() + (isOwed ? bellPauseMs : requestPauseMs));
    if (!isOwed) return 'requestsPostponed';
    if (status === 'receiving') await bells.ringUpload(requestId);
    else await bells.ringReport(requestId);
    return 'requestsRung';
  }

  async function sideBySide(
    works: readonly DueWork[],
    timeIsUp: () => boolean,
    one: (work: DueWork) => Promise<void>,
  ): Promise<void> {
    const waiting = works.values();
    const worker = async (): Promise<void> => {
      for (const work of waiting) {
        if (timeIsUp()) return;
        await one(work);
      }
    };
    await Promise.all(Array.from({ length: deps.concurrency }, worker));
  }
}

const nameOf = (work: DueWork): string =>
  work.work === 'chunk' ? `chunk ${work.ref.requestId}#${work.ref.chunkNumber}` : `request ${work.requestId}`;
