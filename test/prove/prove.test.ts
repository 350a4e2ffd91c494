import { expect, it } from 'vitest';
import { search } from './search.ts';

// The short form of `npm run prove`: what it finds replays with `npm run prove -- --seed N`.

// failures: F010 F011 F012 F024 F033 F072 F085 F119 F126 F132 F133 F134 F135 F136 F139 F140
it('finds no promise broken in 250 random schedules and at every crash point', { timeout: 240_000 }, async () => {
  const share = { firstSeed: 1, seeds: 250, step: 1, sweeps: [1, 2], withPairs: false, troubles: [], brokenMax: 3 };
  const found = await search(share);
  expect(found.broken).toEqual([]);
  expect(found.schedules).toBe(250);
  expect(found.crashPoints).toBeGreaterThan(100);
  const { outages, keyOutages, givenUp, redrives } = found.coverage;
  expect(Math.min(outages, keyOutages, givenUp, redrives)).toBeGreaterThan(0);
});
