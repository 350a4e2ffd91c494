import type { Instant } from '../limit-increase/terms.ts';
import { deadlineOf } from './deadline.ts';
import { observedFunction, type StackDeps } from './observed-function.ts';

/**
 * A function that the clock starts: it gets a deadline and nothing of the event. An error is logged once and thrown on,
 * so that Lambda counts it; the next run starts anew.
 */
export function scheduleFunction({ observability, clock }: StackDeps, run: (deadline: Instant) => Promise<void>) {
  const { log, meter } = observability;
  return observedFunction<void>(observability)
    .onError(({ error }) => {
      meter.measure('Faults');
      log('run_failed', { error });
    })
    .handler(async (_event, context) => {
      await run(deadlineOf({ startedAt: clock(), remainingMs: context.getRemainingTimeInMillis() }));
    });
}
