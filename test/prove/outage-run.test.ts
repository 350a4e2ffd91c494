import { expect, it } from 'vitest';
import { outageFaults, runOutage } from './outage-run.ts';

// The short form of `npm run prove -- --outage 100000`.

// failures: F086
it('two hours without the platform cost a file of 3,000 cards no card, and the platform few calls', async () => {
  const verdict = await runOutage(3_000);
  expect(outageFaults(verdict)).toEqual([]);
  expect(verdict.callsMeanwhile).toBeGreaterThan(0);
  expect(verdict.finalBefore).toBeLessThan(3_000);
});

it('an outage that cost cards, calls or hours is told', async () => {
  const verdict = { ...(await runOutage(300)), callsMeanwhile: 720, suffered: 1, reportAfterMs: Infinity };
  expect(outageFaults(verdict)).toHaveLength(3);
});
