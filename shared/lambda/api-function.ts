import { type Answer, type HttpAnswer, render } from '../http/answer.ts';
import { type ApiRequest, apiRequestSchema } from '../http/api-request.ts';
import { type Problem, problem } from '../http/problem.ts';
import { LedgerFault } from '../ledger/faults.ts';
import type { Instant } from '../limit-increase/terms.ts';
import { deadlineOf } from './deadline.ts';
import { observedFunction, type StackDeps } from './observed-function.ts';

export type ApiFunction = {
  /** Within how long the caller is promised an answer. */
  readonly answerWithinMs?: number | undefined;
  readonly handle: (request: ApiRequest, deadline: Instant) => Promise<Answer>;
};

/** How long a caller waits who was told that the ledger cannot be reached. */
const retryAfterSeconds = 5;

/**
 * A function behind API Gateway: it gets the parts of the event that we look at and a deadline, and answers a value. What
 * is thrown becomes a 503 if the ledger failed, else a 500 that tells nothing of the inside; it is logged once, here.
 */
export function apiFunction({ observability, clock }: StackDeps, { answerWithinMs, handle }: ApiFunction) {
  const { logger, log, meter } = observability;
  return observedFunction<HttpAnswer>(observability)
    .onError((request) => {
      const { error } = request;
      const failed = error instanceof LedgerFault ? unavailable : broken(apiRequestIdOf(request.event));
      const isOurs = failed.status === 500;
      meter.measure(isOurs ? 'Faults' : 'LedgerUnavailable');
      log(isOurs ? 'api_failed' : 'ledger_unavailable', { problem: failed.type, httpStatus: failed.status, error });
      request.response = render({ problem: failed });
    })
    .handler(async (event, context) => {
      const startedAt = clock();
      const remainingMs = context.getRemainingTimeInMillis();
      const request = apiRequestSchema.parse(event);
      logger.appendKeys({ apiRequestId: request.requestContext.requestId });
      const answer = await handle(request, deadlineOf({ startedAt, remainingMs, answerWithinMs }));
      const [httpStatus, type] =
        'problem' in answer ? [answer.problem.status, answer.problem.type] : [answer.status, undefined];
      log('api_answered', { route: request.routeKey, httpStatus, problem: type, durationMs: clock() - startedAt });
      return render(answer);
    });
}

const unavailable: Problem = problem('ledger-unavailable', {
  detail: 'Try again. An order that is repeated with its Idempotency-Key is never carried out twice.',
  retryAfterSeconds,
});

const broken = (apiRequestId: string | undefined): Problem =>
  problem('internal-error', {
    detail:
      'It is in the logs under apiRequestId. An order may be repeated with its Idempotency-Key: it is never carried out twice.',
    apiRequestId,
  });

const apiRequestIdOf = (event: unknown): string | undefined =>
  apiRequestSchema.pick({ requestContext: true }).safeParse(event).data?.requestContext.requestId;
