import { describe, expect, it } from 'vitest';
import { scheduleFunction } from '../../../shared/lambda/schedule-function.ts';
import type { Instant } from '../../../shared/limit-increase/terms.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { lambdaContext } from '../functions/api-event.ts';
import { listening } from '../observability/listening.ts';

describe('a function that the clock starts', () => {
  it('gets a deadline two seconds before Lambda ends it', async () => {
    const deadlines: Instant[] = [];
    const { observability } = listening();
    const handler = scheduleFunction({ observability, clock: createFixedClock() }, async (deadline) => {
      deadlines.push(deadline);
    });
    await handler({ version: '0', 'detail-type': 'Scheduled Event' }, lambdaContext(60_000));
    expect(deadlines).toEqual([aMoment + 58_000]);
  });

  it('logs an error once, counts it, and throws it on for Lambda to count', async () => {
    const { observability, lines } = listening();
    const error = new Error('it broke');
    const handler = scheduleFunction({ observability, clock: createFixedClock() }, () => Promise.reject(error));
    await expect(handler({}, lambdaContext())).rejects.toBe(error);
    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        event: 'run_failed',
        error: expect.objectContaining({ message: 'it broke' }),
      }),
      expect.objectContaining({ Faults: 1 }),
    ]);
  });
});
