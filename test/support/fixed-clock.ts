import type { Instant } from '../../shared/limit-increase/terms.ts';

/** Sunday, 22 November 2026, 10:15 in Seoul. */
export const aMoment: Instant = Date.UTC(2026, 10, 22, 1, 15);

export type FixedClock = {
  (): Instant;
  /** Moves the time on, and answers it. */
  advance(ms: number): Instant;
};

/** A clock that stands still until it is moved. */
export function createFixedClock(start: Instant = aMoment): FixedClock {
  let now = start;
  const advance = (ms: number): Instant => {
    now += ms;
    return now;
  };
  return Object.assign(() => now, { advance });
}
