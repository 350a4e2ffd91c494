/** How long to wait after each failure in a row, in ms; the last step repeats. At least one step. */
export type BackoffMs = readonly [number, ...number[]];

/** The wait after `failures` failures in a row (1 for the first). */
export const backoffAfter = (steps: BackoffMs, failures: number): number =>
  steps[Math.min(failures, steps.length) - 1] ?? steps[0];
