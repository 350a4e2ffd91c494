import { type BellName, tryToRing } from './bell.ts';
import { createSettleIfComplete, type FinishDeps } from './finish.ts';
import type { DueWork } from './ports.ts';
import type { SessionEnd } from './session.ts';
import type { Settle } from './settle.ts';
import type { Instant } from './terms.ts';
import type { Bells } from './upload.ts';

export type ReconcileDeps = FinishDeps & {
  readonly settle: Pick<Settle, 'takeDue'>;
  readonly bells: Pick<Bells, 'ringUpload' | 'ringReport'>;
  /** How many chunks are settled side by side. */
  readonly concurrency: number;
};

/** What one run came to, chunks by how their sessions ended, requests by what was done for them. */
export type ReconcileReport = Readonly<Record<SessionEnd | RequestEnd, number>>;

type RequestEnd = 'requestsSettled' | 'requestsPostponed' | 'uploadsRung' | 'reportsRung';

/** How much due work is fetched at a time. */
const dueAtOnceMax = 100;
/** An open request is looked after again this much later: its last chunk settles it long before, unless its worker vanished just then. */
const requestPauseMs = 600_000;
/** A bell that was rung has this long to bring somebody. */
const bellPauseMs = 300_000;

/**
 * Takes what is due in the index of open work and brings it as far as it can until the deadline. The index may lag, so
 * it only says where to look: what is to be done, the items themselves tell.
 */
export function createReconcile(deps: ReconcileDeps) {
  const { ledger, settle, clock, notify, bells } = deps;
  const settleIfComplete = createSettleIfComplete(deps);

  return async (deadline: Instant): Promise<ReconcileReport> => {
    const report = {
      ...{ settled: 0, parked: 0, held: 0, not_due: 0, no_time: 0, fenced_off: 0, interrupted: 0 },
      ...{ requestsSettled: 0, requestsPostponed: 0, uploadsRung: 0, reportsRung: 0 },
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
      return await lookAfterRequest(work.requestId);
    } catch (error) {
      // One piece of work must not keep the others from their turn; this one stays due.
      notify({ notice: 'work_interrupted', work: nameOf(work), error });
      return 'interrupted';
    }
  }

  async function lookAfterRequest(requestId: string): Promise<RequestEnd | 'interrupted'> {
    const { request } = (await ledger.readRequest(requestId)) ?? {};
    if (request?.status === 'receiving') return ring('upload', requestId);
    const owed = request?.upload !== undefined && request.upload.reportedAt === undefined;
    if (request?.status === 'settled' && owed) return ring('report', requestId);
    if (await settleIfComplete(requestId)) return 'requestsSettled';
    await ledger.postponeRequest(requestId, clock() + requestPauseMs);
    return 'requestsPostponed';
  }

  // Whoever comes notes it by a due time of its own. If the bell fails, the request stays due for the next run.
  async function ring(bell: Exclude<BellName, 'chunks'>, requestId: string): Promise<RequestEnd | 'interrupted'> {
    const ringIt = () => (bell === 'upload' ? bells.ringUpload(requestId) : bells.ringReport(requestId));
    if (!(await tryToRing({ bell, requestId, ring: ringIt }, notify))) return 'interrupted';
    await ledger.postponeRequest(requestId, clock() + bellPauseMs);
    return bell === 'upload' ? 'uploadsRung' : 'reportsRung';
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
