import { createSettleIfComplete, type FinishDeps } from './finish.ts';
import type { DueWork } from './ports.ts';
import type { SessionEnd, Settle } from './settle.ts';
import type { Instant } from './terms.ts';

export type ReconcileDeps = FinishDeps & {
  readonly settle: Settle;
  /** How many chunks are settled side by side. */
  readonly concurrency: number;
};

/** What one run came to. `failed` work stays in the index and falls due again. */
export type ReconcileReport = Readonly<Record<SessionEnd | 'requestsSettled' | 'requestsPostponed' | 'failed', number>>;

/** How much due work is fetched at a time. */
const dueAtOnceMax = 100;
/** An open request is looked after again this much later: its last chunk settles it long before, unless its worker vanished just then. */
const requestPauseMs = 600_000;

/**
 * Takes what is due in the index of open work and brings it as far as it can until the deadline. The index may lag, so
 * it only says where to look: what is to be done, the items themselves tell.
 */
export function createReconcile(deps: ReconcileDeps) {
  const { ledger, settle, clock, notify } = deps;
  const settleIfComplete = createSettleIfComplete(deps);

  return async (deadline: Instant): Promise<ReconcileReport> => {
    const report = {
      ...{ settled: 0, parked: 0, held: 0, not_due: 0, no_time: 0, fenced_off: 0 },
      ...{ requestsSettled: 0, requestsPostponed: 0, failed: 0 },
    };
    const seen = new Set<string>();
    for (;;) {
      // What was looked at and stays due must not hide what comes after it.
      const staysDue = report.failed + report.held + report.not_due;
      const due = await ledger.listDue(clock(), dueAtOnceMax + staysDue);
      const fresh = due.filter((work) => !seen.has(nameOf(work)));
      for (const work of fresh) seen.add(nameOf(work));
      if (fresh.length === 0 || clock() >= deadline) return report;
      await sideBySide(fresh, async (work) => {
        report[await look(work, deadline)] += 1;
      });
      if (report.no_time > 0) return report;
    }
  };

  async function look(work: DueWork, deadline: Instant): Promise<keyof ReconcileReport> {
    try {
      if (work.work === 'chunk') return (await settle.takeDue(work.ref, { deadline })).end;
      if (await settleIfComplete(work.requestId)) return 'requestsSettled';
      await ledger.postponeRequest(work.requestId, clock() + requestPauseMs);
      return 'requestsPostponed';
    } catch (error) {
      // One piece of work must not keep the others from their turn; this one stays due.
      notify({ notice: 'work_interrupted', work: nameOf(work), error });
      return 'failed';
    }
  }

  async function sideBySide(works: readonly DueWork[], one: (work: DueWork) => Promise<void>): Promise<void> {
    const waiting = works.values();
    const worker = async (): Promise<void> => {
      for (const work of waiting) await one(work);
    };
    await Promise.all(Array.from({ length: deps.concurrency }, worker));
  }
}

const nameOf = (work: DueWork): string =>
  work.work === 'chunk' ? `chunk ${work.ref.requestId}#${work.ref.chunkNumber}` : `request ${work.requestId}`;
