import { describe, expect, it } from 'vitest';
import { deadlineOf } from '../../../shared/lambda/deadline.ts';

describe('the deadline', () => {
  it.each([
    ['a second before the answer is promised', { remainingMs: 29_000, answerWithinMs: 25_000 }, 24_000],
    ['two seconds before Lambda ends it, if that is sooner', { remainingMs: 20_000, answerWithinMs: 25_000 }, 18_000],
    ['two seconds before Lambda ends it, if no answer is promised', { remainingMs: 60_000 }, 58_000],
    ['over at once, if nothing is left', { remainingMs: 500 }, -1_500],
    // failures: F008
  ])('is %s', (_, granted, expected) => {
    expect(deadlineOf({ startedAt: 1_000_000, ...granted })).toBe(1_000_000 + expected);
  });
});
