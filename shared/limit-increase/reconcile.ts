import { type BellName, tryToRing } from './bell.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { createSettleIfComplete, type FinishDeps } from './finish.ts';
import { createMeasureOpenWork } from './open-work.ts';
import type { OpenReason, PlatformState } from './platform-state.ts';
import type { DueWork } from './ports.ts';
import { createReopenChunks } from './reopen-chunks.ts';
import type { SessionEnd } from './session.ts';
import type { Settle } from './settle.ts';
import { createSettleRemaining } from './settle-remaining.ts';
import type { Instant } from './terms.ts';
import { hadLastTurn } from './turns.ts';
import type { Bells } from './upload.ts';

export type ReconcileDeps = FinishDeps & {
  readonly settle: Pick<Settle, 'takeDue'>;
  readonly breaker: Pick<CircuitBreaker, 'known' | 'current'>;
  readonly bells: Bells;
  /** How many chunks are settled side by side. */
  readonly concurrency: number;
};

/**
 * The result of one run: chunks by how their sessions ended, requests by what was done for them, what is left open (see
 * open-work.ts), and how the platform stands.
 */
export type ReconcileReport = Readonly<Report> & {
  readonly oldestOpenWorkSeconds: number;
  readonly chunksFailingAlone: number;
  readonly circuit: 'closed' | OpenReason;
  readonly lastAnswerAt?: Instant | undefined;
};

type Report = Record<SessionEnd | RequestEnd | 'gone' | 'chunksRung', number>;

const emptyReport = (): Report => ({
  ...{
    settled: 0,
    parked: 0,
    held: 0,
    not_due: 0,
    no_time: 0,
    platform_down: 0,
    fenced_off: 0,
    interrupted: 0,
    gone: 0,
  },
  ...{ requestsSettled: 0, requestsPostponed: 0, uploadsRung: 0, reportsRung: 0, chunksRung: 0 },
});

type Pass = {
  readonly report: Report;
  /** Grows with what was looked at. */
  readonly seen: Set<string>;
  readonly deadline: Instant;
  readonly only?: DueWork['work'];
};

type RequestEnd = 'requestsSettled' | 'requestsPostponed' | 'uploadsRung' | 'reportsRung';

/** How much due work is fetched at a time. */
const dueAtOnceMax = 100;
/** An open request is looked after again this much later: its last chunk settles it long before, unless its worker vanished just then. */
const requestPauseMs = 600_000;
/** A bell that was rung has this long to bring somebody. */
const bellPauseMs = 300_000;

/** So many chunks are rung for in one run: more than the queue's workers settle until the next. */
const rungMax = 1_000;
/** How long after an outage chunks are rung for that are not due yet, and how far ahead: see write-upload.ts. */
const recoveryMs = 900_000;
const bellHorizonMs = 4 * 3_600_000;
/** A worker that is rung for waits about as long for its turn. */
const paceSoonMs = 30_000;

/** Of due chunks, so many are tried until one of them is what a probe asks for. */
const probedMax = 10;

/**
 * Takes what is due in the index of open work and brings it as far as it can until the deadline. The index may lag, so
 * it only says where to look: what is to be done, the items themselves tell. While the platform is down, requests are
 * looked after, and one chunk when a probe is due: if that brings an answer, all the others get their turn.
 */
export function createReconcile(deps: ReconcileDeps) {
  const { ledger, settle, breaker, clock, notify, bells } = deps;
  const settleIfComplete = createSettleIfComplete(deps);
  const measureOpenWork = createMeasureOpenWork(deps);
  const settleRemaining = createSettleRemaining(deps);
  const reopenChunks = createReopenChunks({ ledger, clock, notify, bells: undefined });

  const isOpen = (): boolean => breaker.known().open !== undefined;

  return async (deadline: Instant): Promise<ReconcileReport> => {
    const report = emptyReport();
    const seen = new Set<string>();
    const { open } = await breaker.current();
    notify({ notice: 'platform_seen', down: open !== undefined });
    if (open !== undefined) {
      // First, for the requests of a long outage are many: they could take up all of every run.
      await probe(report, deadline);
      if (isOpen()) await passThrough({ report, seen, deadline, only: 'request' });
    }
    if (!isOpen()) {
      if (isRecovering(breaker.known(), clock())) await ringWaiting(report);
      await passThrough({ report, seen, deadline });
    }
    const platform = breaker.known();
    const openWork = await measureOpenWork(platform);
    notify({ notice: 'open_work_seen', ...openWork });
    return {
      ...report,
      oldestOpenWorkSeconds: openWork.oldestSeconds,
      chunksFailingAlone: openWork.failingAlone,
      circuit: platform.open?.reason ?? 'closed',
      lastAnswerAt: platform.answers[0]?.sentAt,
    };
  };

  async function passThrough({ report, seen, deadline, only }: Pass): Promise<void> {
    for (;;) {
      // What was looked at must not hide what comes after it: it may be due still, or seem so where the index lags.
      const due = await ledger.listDue(clock(), dueAtOnceMax + seen.size, only);
      const fresh = due.filter((work) => !seen.has(nameOf(work)));
      for (const work of fresh) seen.add(nameOf(work));
      if (due.length >= dueAtOnceMax && only === undefined) await ringWaiting(report);
      if (fresh.length === 0) return;
      // Requests ask nothing of the platform: they go on when a chunk cannot.
      const chunksMustEnd = (): boolean => only !== 'request' && (report.no_time > 0 || report.platform_down > 0);
      const mustEnd = (): boolean => chunksMustEnd() || clock() >= deadline;
      await sideBySide(fresh, mustEnd, async (work) => {
        report[await look(work, deadline)] += 1;
      });
      if (mustEnd()) return;
    }
  }

  // The queue's workers are many, those of a run few: what waits behind the first is rung for. So is, after an outage,
  // what is not due yet: its message came while nobody might ask. Whoever is rung for in vain finds that at a glance.
  async function ringWaiting(report: Report): Promise<void> {
    if (report.chunksRung > 0) return;
    const now = clock();
    const horizonMs = isRecovering(breaker.known(), now) ? bellHorizonMs : 0;
    const waiting = await ledger.listDue(now + horizonMs, dueAtOnceMax + rungMax, 'chunk');
    const behind = waiting.filter(({ dueAt }, index) => index >= dueAtOnceMax || dueAt > now);
    const refs = behind.slice(0, rungMax).flatMap((work) => (work.work === 'chunk' ? work.ref : []));
    const [first] = refs;
    if (first === undefined) return;
    const ring = () => bells.ringChunks(refs);
    if (await tryToRing({ bell: 'chunks', requestId: first.requestId, ring }, notify)) report.chunksRung = refs.length;
  }

  // Work that has never failed goes first, and the chunk that had the last turn goes last: it may be that very one that the
  // platform fails at.
  async function probe(report: Report, deadline: Instant): Promise<void> {
    const due = await ledger.listDue(clock(), probedMax, 'chunk');
    const ranked = await Promise.all(due.map(async (work) => ({ work, rank: await rankOf(work) })));
    for (const { work } of ranked.toSorted((a, b) => a.rank - b.rank)) {
      const end = await look(work, deadline);
      report[end] += 1;
      if (!leftAlone.has(end) || clock() >= deadline) return;
    }
  }

  async function rankOf(work: DueWork): Promise<number> {
    if (work.work !== 'chunk') return 2;
    if (hadLastTurn(breaker.known(), work.ref)) return 3;
    const stored = await ledger.readChunk(work.ref).catch(() => undefined);
    return stored?.state.failingSince === undefined ? 0 : 1;
  }

  async function look(work: DueWork, deadline: Instant): Promise<SessionEnd | RequestEnd | 'gone'> {
    try {
      if (work.work === 'chunk') return (await settle.takeDue(work.ref, { deadline })).end;
      return await lookAfterRequest(work.requestId, deadline);
    } catch (error) {
      // One piece of work must not keep the others from their turn; this one stays due.
      notify({ notice: 'work_interrupted', work: nameOf(work), error });
      return 'interrupted';
    }
  }

  async function lookAfterRequest(requestId: string, deadline: Instant): Promise<RequestEnd | 'interrupted' | 'gone'> {
    const { request } = (await ledger.readRequest(requestId)) ?? {};
    if (request === undefined) return dropGone(requestId);
    if (request.status === 'receiving') return ring('upload', requestId);
    const owed = request.upload !== undefined && request.upload.reportedAt === undefined;
    if (request.status === 'settled' && owed) return ring('report', requestId);
    // guard: redrive-goes-on
    if (request.redriving !== undefined && !(await reopenChunks(request, deadline))) return 'requestsPostponed';
    if (await settleIfComplete(requestId)) return 'requestsSettled';
    if (await settleRemaining(requestId, deadline)) return 'requestsSettled';
    await ledger.postponeRequest(requestId, clock() + requestPauseMs);
    return 'requestsPostponed';
  }

  // DynamoDB deletes what has expired days later; until then it must not be due every minute.
  async function dropGone(requestId: string): Promise<'gone'> {
    const work = { work: 'request', requestId } as const;
    await ledger.dropGoneWork(work, clock());
    notify({ notice: 'work_gone', work });
    return 'gone';
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
    mustEnd: () => boolean,
    one: (work: DueWork) => Promise<void>,
  ): Promise<void> {
    const waiting = works.values();
    const worker = async (): Promise<void> => {
      for (const work of waiting) {
        if (mustEnd()) return;
        await one(work);
      }
    };
    // guard: reconciler-concurrency
    await Promise.all(Array.from({ length: deps.concurrency }, worker));
  }
}

// Calls may begin again: after an opening, or slowly after a 429.
function isRecovering({ open, pace, recoveredAt }: PlatformState, now: Instant): boolean {
  if (open !== undefined) return false;
  if (pace !== undefined) return pace.nextAt <= now + paceSoonMs;
  return recoveredAt !== undefined && now - recoveredAt < recoveryMs;
}

/** These chunks asked nothing of the platform, or took the probe with them: another may be tried. */
const leftAlone: ReadonlySet<keyof Report> = new Set(['settled', 'held', 'not_due', 'interrupted', 'gone'] as const);

const nameOf = (work: DueWork): string =>
  work.work === 'chunk' ? `chunk ${work.ref.requestId}#${work.ref.chunkNumber}` : `request ${work.requestId}`;
