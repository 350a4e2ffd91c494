import type { createReconcile } from '../../shared/limit-increase/reconcile.ts';
import type { Instant } from '../../shared/limit-increase/terms.ts';
import type { Log } from '../../shared/observability/logger.ts';

export type ReconcileRunDeps = {
  readonly reconcile: ReturnType<typeof createReconcile>;
  readonly log: Log;
};

/** One run by the clock: settles what is due until the deadline, and tells what it came to. */
export function createReconcileRun({ reconcile, log }: ReconcileRunDeps) {
  return async (deadline: Instant): Promise<void> => {
    const { lastAnswerAt, ...report } = await reconcile(deadline);
    log('reconciled', {
      ...report,
      lastAnswerAt: lastAnswerAt === undefined ? undefined : new Date(lastAnswerAt).toISOString(),
    });
  };
}
