import type { Answer } from '../../shared/http/answer.ts';
import type { ApiRequest } from '../../shared/http/api-request.ts';
import { callerScope } from '../../shared/http/caller.ts';
import { orderHeaders } from '../../shared/http/order-headers.ts';
import { readOrderRequest } from '../../shared/http/order-request.ts';
import { limitDefault } from '../../shared/http/page-query.ts';
import { problem } from '../../shared/http/problem.ts';
import { showRequest } from '../../shared/http/representation.ts';
import type { Clock } from '../../shared/limit-increase/ports.ts';
import type { NamedCardView } from '../../shared/limit-increase/read-named-by.ts';
import type { createRequestLimitIncrease, OrderResult } from '../../shared/limit-increase/request-limit-increase.ts';
import { type CardView, earliestCheckAt, firstPlace, pageOf } from '../../shared/limit-increase/results.ts';
import type { Instant } from '../../shared/limit-increase/terms.ts';
import type { Log } from '../../shared/observability/logger.ts';

export type PostLimitIncreaseDeps = {
  readonly requestLimitIncrease: ReturnType<typeof createRequestLimitIncrease>;
  readonly readNamedBy: (cards: readonly CardView[], deadline: Instant) => Promise<NamedCardView[]>;
  readonly clock: Clock;
  readonly log: Log;
};

type Ordered = Extract<OrderResult, { result: 'ordered' }>;

/** POST /v1/limit-increases: reads an order, has it carried out, and answers how far it came. */
export function createPostLimitIncrease({ requestLimitIncrease, readNamedBy, clock, log }: PostLimitIncreaseDeps) {
  return async (request: ApiRequest, deadline: Instant): Promise<Answer> => {
    const scope = callerScope(request);
    const read = readOrderRequest(request);
    if ('problem' in read) return read;
    const result = await requestLimitIncrease(read.order, { scope, idempotencyKey: read.key }, deadline);
    return result.result === 'ordered' ? ordered(result, deadline) : keyReused(result.requestId);
  };

  async function ordered(result: Ordered, deadline: Instant): Promise<Answer> {
    const { request, counts, chunks, replayed } = result;
    const { requestId, cardsTotal } = request;
    const page = pageOf(chunks, { from: firstPlace, limit: limitDefault }, request.chunksTotal);
    const cards = await withNamedBy(page.cards, requestId, deadline);
    const body = showRequest({ request, counts }, { ...page, cards }, clock());
    const { open } = body.counts;
    log('order_answered', { requestId, replayed, cards: cardsTotal, open });
    const state = { requestId, replayed, nextCheckAt: earliestCheckAt(chunks), now: clock() };
    return { status: open === 0 ? 200 : 202, body, headers: orderHeaders(state, open === 0) };
  }

  // The order is durable and carried out: whose an older naming was must not turn that into a fault.
  async function withNamedBy(cards: readonly CardView[], requestId: string, deadline: Instant) {
    try {
      return await readNamedBy(cards, deadline);
    } catch (error) {
      log('named_by_unread', { requestId, error });
      return cards;
    }
  }
}

const keyReused = (requestId: string): Answer => {
  const detail = 'This key stands for another order of yours. Use a new key for a new order.';
  return { problem: problem('idempotency-key-reused', { detail, requestId }) };
};
