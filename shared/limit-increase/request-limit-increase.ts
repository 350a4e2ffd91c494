import { cutChunks } from './chunk.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { addCounts, countResults, noCounts } from './counts.ts';
import type { Notify } from './notice.ts';
import { fingerprint, type Order, requestIdOf } from './order.ts';
import type { Clock, Ledger, StoredChunk } from './ports.ts';
import type { Retention } from './retention.ts';
import type { SessionBounds } from './session.ts';
import type { Settle } from './settle.ts';
import type { Instant, LimitIncreaseRequest, SettledCounts } from './terms.ts';

export type RequestLimitIncreaseDeps = {
  readonly ledger: Ledger;
  readonly settle: Settle;
  readonly breaker: Pick<CircuitBreaker, 'known' | 'isClear'>;
  readonly clock: Clock;
  readonly notify: Notify;
  /** How many chunks of one order are settled side by side. */
  readonly parallelChunks: number;
  /** After the deadline, by when the writes of this worker are done: then the reconciler may have what is left. */
  readonly leaseGraceMs: number;
  /** Asked when an order is accepted, and only then. */
  readonly retention: Retention;
};

/** Who orders: a key means the same order only within one scope. */
export type OrderKey = { readonly scope: string; readonly idempotencyKey: string };

export type OrderResult =
  | {
      readonly result: 'ordered';
      readonly replayed: boolean;
      readonly request: LimitIncreaseRequest;
      readonly counts: SettledCounts;
      /** In their order; undefined for one that no longer exists. */
      readonly chunks: readonly (StoredChunk | undefined)[];
    }
  /** The key was used for another order. */
  | { readonly result: 'key_reused'; readonly requestId: string };

/**
 * Accepts an order and settles what can be settled until the deadline; the rest stays open in the ledger. A fault of
 * the ledger before the order is durable is thrown; after that the order stands and is answered as far as it came.
 */
export function createRequestLimitIncrease(deps: RequestLimitIncreaseDeps) {
  const { ledger, settle, breaker, clock, notify } = deps;

  return async (order: Order, key: OrderKey, deadline: Instant): Promise<OrderResult> => {
    const requestId = requestIdOf(key.scope, key.idempotencyKey);
    for (let tries = 0; tries < 5; tries += 1) {
      const accepted = prepare(order, requestId, deadline);
      if (mintedTwice(accepted.chunks)) continue;
      const answer = await ledger.accept(accepted);
      if (answer.result === 'accepted') return carryOut(accepted.request, accepted.chunks, deadline);
      if (answer.result === 'exists') return replay(answer.request, fingerprint(order));
    }
    throw new Error('No unused correlation ID was found.');
  };

  function prepare(order: Order, requestId: string, deadline: Instant) {
    const now = clock();
    const { corporation, parList } = order;
    const dueAt = deadline + deps.leaseGraceMs;
    // Read anew, if need be, while the order becomes durable: before its first call this process knows better.
    breaker.known();
    const begun = breaker.isClear(corporation) ? deps.parallelChunks : 0;
    const expiresAt = deps.retention(now);
    const idle = cutChunks({ requestId, acceptedAt: now, expiresAt, corporation, pars: parList, dueAt });
    const chunks = idle.map((stored, index) => (index < begun ? settle.begin(stored, deadline) : stored));
    const request: LimitIncreaseRequest = {
      requestId,
      status: 'open',
      source: 'api',
      createdAt: now,
      expiresAt,
      updatedAt: now,
      corporation,
      cardsTotal: parList.length,
      chunksTotal: chunks.length,
      fingerprint: fingerprint(order),
    };
    return { request, chunks, dueAt };
  }

  async function carryOut(
    request: LimitIncreaseRequest,
    accepted: readonly StoredChunk[],
    deadline: Instant,
  ): Promise<OrderResult> {
    const chunks = [...accepted];
    const bounds = { deadline, chunksTotal: accepted.length, isOrder: true };
    const waiting = accepted.entries();
    const worker = async (): Promise<void> => {
      for (const [index, stored] of waiting) chunks[index] = await carryOutChunk(stored, bounds);
    };
    // guard: order-concurrency
    await Promise.all(Array.from({ length: deps.parallelChunks }, worker));
    const counts = chunks.reduce((sum, { state }) => addCounts(sum, countResults(state.results.values())), noCounts);
    return { result: 'ordered', replayed: false, request: asOf(request, chunks), counts, chunks };
  }

  // The order stands: whatever becomes of one chunk, the others get their turn, and this one stays in the index of open work.
  async function carryOutChunk(stored: StoredChunk, bounds: SessionBounds): Promise<StoredChunk> {
    try {
      const begun = stored.state.inFlight !== undefined;
      return (await (begun ? settle.carryOnBegun(stored, bounds) : settle.take(stored, bounds))).stored;
    } catch (error) {
      const { requestId, chunkNumber } = stored.chunk.ref;
      notify({ notice: 'work_interrupted', work: `chunk ${requestId}#${chunkNumber}`, error });
      return stored;
    }
  }

  async function replay(request: LimitIncreaseRequest, asked: string): Promise<OrderResult> {
    // guard: one-order-a-key
    if (request.fingerprint !== asked) return { result: 'key_reused', requestId: request.requestId };
    const { requestId } = request;
    const refs = Array.from({ length: request.chunksTotal }, (_, index) => ({ requestId, chunkNumber: index + 1 }));
    const [current, ...chunks] = await Promise.all([
      ledger.readRequest(requestId),
      ...refs.map((ref) => ledger.readChunk(ref)),
    ]);
    const counts = current?.counts ?? noCounts;
    return { result: 'ordered', replayed: true, request: current?.request ?? request, counts, chunks };
  }
}

function mintedTwice(chunks: readonly StoredChunk[]): boolean {
  const minted = chunks.flatMap(({ state }) => state.inFlight?.correlationId ?? []);
  return new Set(minted).size < minted.length;
}

function asOf(request: LimitIncreaseRequest, chunks: readonly StoredChunk[]): LimitIncreaseRequest {
  return { ...request, updatedAt: Math.max(request.updatedAt, ...chunks.map(({ state }) => state.updatedAt)) };
}
