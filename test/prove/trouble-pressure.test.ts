import { expect, it } from 'vitest';
import { runPressure } from './trouble-pressure.ts';

// The short form of `npm run prove -- --trouble pressure`.

it.each([
  { as: 'file', calls: 10, window: 'fixed', retryAfter: true },
  { as: 'file', calls: 5, window: 'sliding', retryAfter: false },
  { as: 'orders', calls: 10, window: 'sliding', retryAfter: false },
  { as: 'orders', calls: 5, window: 'bucket', retryAfter: true },
] as const)('sends thirty lists whole under a rate limit, in at most twice the ideal time: %o', async (setup) => {
  expect((await runPressure(setup)).broken).toEqual([]);
});
