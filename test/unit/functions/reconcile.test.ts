import { describe, expect, it } from 'vitest';
import { createReconcileRun } from '../../../functions/reconcile/reconcile.ts';
import { scheduleFunction } from '../../../shared/lambda/schedule-function.ts';
import type { Instant } from '../../../shared/limit-increase/terms.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { listening } from '../observability/listening.ts';
import { lambdaContext } from './api-event.ts';

const nothing = {
  settled: 0,
  parked: 0,
  held: 0,
  platform_down: 0,
  not_due: 0,
  no_time: 0,
  fenced_off: 0,
  uploadsRung: 0,
  reportsRung: 0,
  chunksRung: 0,
  oldestOpenWorkSeconds: 75,
  chunksFailingAlone: 2,
  circuit: 'no_answer',
  lastAnswerAt: aMoment - 1_000,
} as const;

describe('a run of the reconciler', () => {
  it('works until its deadline and tells what it came to', async () => {
    const { observability, lines } = listening();
    const deadlines: Instant[] = [];
    const reconcile = async (deadline: Instant) => {
      deadlines.push(deadline);
      return {
        ...nothing,
        settled: 3,
        parked: 1,
        requestsSettled: 2,
        requestsRung: 0,
        requestsPostponed: 0,
        interrupted: 0,
        gone: 0,
      };
    };
    const run = createReconcileRun({ reconcile, log: observability.log });
    await scheduleFunction({ observability, clock: createFixedClock() }, run)({}, lambdaContext(60_000));
    expect(deadlines).toEqual([aMoment + 58_000]);
    expect(lines()).toEqual([
      expect.objectContaining({
        event: 'reconciled',
        settled: 3,
        parked: 1,
        requestsSettled: 2,
        oldestOpenWorkSeconds: 75,
        chunksFailingAlone: 2,
        circuit: 'no_answer',
        lastAnswerAt: '2026-11-22T01:14:59.000Z',
      }),
    ]);
  });
});
