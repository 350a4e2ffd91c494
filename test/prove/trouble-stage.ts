import { isOurs } from '../../shared/limit-increase/call-health.ts';
import { noCounts, sumCounts } from '../../shared/limit-increase/counts.ts';
import type { Notice } from '../../shared/limit-increase/notice.ts';
import { type Order, requestIdOf } from '../../shared/limit-increase/order.ts';
import type { RecordedOutcome } from '../../shared/limit-increase/ports.ts';
import { type CardView, cardsOf } from '../../shared/limit-increase/results.ts';
import type { CardStatus, Corporation, Instant } from '../../shared/limit-increase/terms.ts';
import { aCorporation } from '../support/builders.ts';
import type { CardFile } from './card-files.ts';
import { createDraw } from './draw.ts';
import { createFileStage } from './file-stage.ts';
import { createInvocations } from './invocations.ts';
import { quietScenario } from './quiet-scenario.ts';
import type { Scenario } from './scenario.ts';
import { createSimulatedWorld } from './simulated-world.ts';

// Callers, files and the schedule of the reconciler, with nothing going wrong but what a run makes the platform do. Functions
// have the time that the template gives them.

const postMs = 25_000;
/** The function times out after a minute, and two never run at once. */
const reconcileMs = 58_000;
const scope = 'caller';
export const minuteMs = 60_000;

export type PlacedOrder = {
  readonly key: string;
  readonly requestId: string;
  readonly order: Order;
  readonly at: Instant;
  /** As its own POST answered; absent: not yet, or an error. */
  answered?: { readonly at: Instant; readonly named: number; readonly cards: readonly CardView[] };
};

/** A call that this gateway sent, or tried to. */
export type SentCall = {
  readonly at: Instant;
  readonly endedAt: Instant;
  readonly requestId: string;
  readonly cards: number;
};

export type TroubleStage = ReturnType<typeof createTroubleStage>;

export function createTroubleStage(setup: Partial<Scenario> = {}) {
  // A getter, so that a run can change it: the network reads it for every call.
  let refusedShare = 0;
  const scenario: Scenario = {
    ...{ ...quietScenario(setup.seed), ...setup },
    get refusedShare() {
      return refusedShare;
    },
  };
  const world = createSimulatedWorld(scenario);
  const { timeline, ledger, vigil } = world;
  const draw = createDraw(scenario.seed + 7);
  const { invoke, calm } = createInvocations({
    world,
    scenario,
    doomed: [],
    draw,
    tell: () => {},
    bells: () => files.bells,
  });
  const files = createFileStage(world, [], createDraw(scenario.seed + 11).random, invoke);
  const orders: PlacedOrder[] = [];
  const calls: SentCall[] = [];
  const circuit: { readonly at: Instant; readonly isOpen: boolean; readonly reason?: string }[] = [];
  const settledAt = new Map<string, Instant>();
  const start = timeline.now();
  let isOpen = false;
  let isReconciling = false;

  world.listen((notice: Notice) => {
    const at = timeline.now();
    if (notice.notice === 'call_ended' && !isOursOutcome(notice.outcome))
      calls.push({ at: at - notice.durationMs, endedAt: at, requestId: notice.chunk.requestId, cards: notice.cards });
    // The reason may change while it is open: that is no further opening.
    if (notice.notice === 'platform_down' && !isOpen) circuit.push({ at, isOpen: true, reason: notice.reason });
    if (notice.notice === 'platform_up' && isOpen) circuit.push({ at, isOpen: false });
    if (notice.notice === 'platform_down') isOpen = true;
    if (notice.notice === 'platform_up') isOpen = false;
    if (notice.notice === 'request_settled') settledAt.set(notice.requestId, at);
  });

  function reconcile(): void {
    if (isReconciling) return;
    isReconciling = true;
    const ended = invoke('reconcile', reconcileMs + 2_000, ({ reconcile: run }) => run(timeline.now() + reconcileMs));
    void ended.finally(() => {
      isReconciling = false;
    });
  }

  async function cardsOfRequest(requestId: string): Promise<CardView[]> {
    const { request } = (await ledger.readRequest(requestId)) ?? {};
    const numbers = Array.from({ length: request?.chunksTotal ?? 0 }, (_, index) => index + 1);
    const chunks = await Promise.all(numbers.map((chunkNumber) => ledger.readChunk({ requestId, chunkNumber })));
    return chunks.flatMap((stored) => (stored === undefined ? [] : cardsOf(stored)));
  }

  return {
    world,
    timeline,
    simulator: world.simulator,
    ledger,
    start,
    orders,
    calls,
    circuit,
    draw,
    files,
    invoke,
    /** No worker dies any more, and the platform behaves. */
    calm(): void {
      calm();
      world.endFaults();
    },
    violations: vigil.violations,
    settledAt,
    refuseConnections(share: number): void {
      refusedShare = share;
    },
    /** Now. */
    post(key: string, corporation: Corporation, parList: Order['parList']): PlacedOrder {
      const order: Order = { corporation, parList };
      const placed: PlacedOrder = { key, requestId: requestIdOf(scope, key), order, at: timeline.now() };
      orders.push(placed);
      void invoke(`order ${key}`, postMs + 4_000, async ({ order: accept }) => {
        const result = await accept(order, { scope, idempotencyKey: key }, timeline.now() + postMs);
        if (result.result !== 'ordered') return;
        const cards = result.chunks.flatMap((stored) => (stored === undefined ? [] : cardsOf(stored)));
        placed.answered = { at: timeline.now(), named: result.counts.named, cards };
      });
      return placed;
    },
    at(ms: number, act: () => void): void {
      timeline.after(start + ms - timeline.now(), act);
    },
    /** The reconciler's schedule, up to so long after the start. */
    reconcileUntil(ms: number): void {
      const first = minuteMs - (start % minuteMs) + draw.below(minuteMs);
      for (let at = first; at < ms; at += minuteMs) timeline.after(at, reconcile);
    },
    run: (ms: number): Promise<void> => timeline.runUntil(start + ms),
    /** The request that a file became; empty before. */
    requestOfFile: async ({ key }: CardFile): Promise<string> =>
      (await ledger.listUploads(key, { limit: 1 })).entries[0]?.requestId ?? '',
    cardsOfRequest,
    finalCards: async (requestId: string): Promise<number> =>
      sumCounts((await ledger.readRequest(requestId))?.counts ?? noCounts),
    async countStatuses(requestIds: readonly string[]): Promise<Partial<Record<CardStatus, number>>> {
      const counts: Partial<Record<CardStatus, number>> = {};
      for (const requestId of requestIds)
        for (const { status } of await cardsOfRequest(requestId)) counts[status] = (counts[status] ?? 0) + 1;
      return counts;
    },
    callsBetween: (from: Instant, to: Instant, isCounted: (call: SentCall) => boolean = () => true): number =>
      calls.filter((call) => call.at >= from && call.at < to && isCounted(call)).length,
    openings: (): number => circuit.filter((change) => change.isOpen).length,
    /** When the last card became final; infinite: not all are. */
    async finalAt(requestIds: readonly string[]): Promise<Instant> {
      let last = 0;
      for (const requestId of requestIds) {
        const cards = await cardsOfRequest(requestId);
        if (cards.length === 0) return Infinity;
        for (const { status, updatedAt } of cards) last = Math.max(last, status === 'open' ? Infinity : updatedAt);
      }
      return last;
    },
  };
}

/** The n-th corporation, none of them that of files. */
export const corporationNumber = (n: number): Corporation =>
  aCorporation({
    corporationName: `주식회사 ${n}`,
    bizLicenseNo: `2${String(n).padStart(9, '0')}`,
    registrationNumber: `2${String(n).padStart(12, '0')}`,
  });

/** The platform was not even tried. */
const isOursOutcome = ({ name, reason = '' }: RecordedOutcome): boolean =>
  name === 'not_sent' && isOurs({ kind: 'not_sent', reason });
