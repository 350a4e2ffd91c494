import { expect, it } from 'vitest';
import { limitsOf } from '../../bench/scale/limits.ts';
import { quotas } from '../../bench/scale/quotas.ts';

const usage = { cards: 100, writeUnits: 120, readUnits: 2, lambdaMs: 300, calls: 1 };
const request = { pk: 'REQUEST#file', units: 128, works: 64 };
const traffic = {
  ...{ chunks: 64, writeUnits: 64 * 120, readUnits: 64 * 2, indexWriteUnits: 64 * 4, fullestShard: 0.125 },
  keys: [request, { pk: 'REQUEST#file#0000001', units: 5_000, works: 1 }],
};

it('names first the limit that the lowest rate meets', () => {
  const metAt = limitsOf('file', traffic, usage).map(({ quota, perChunk }) => quota / perChunk);
  expect(metAt).toEqual(metAt.toSorted((one, other) => one - other));
  expect(metAt[0]).toBeCloseTo(quotas.newTableWriteUnits / 120);
});

it('takes no key for hot that only one chunk writes to, however much it writes', () => {
  const hottest = limitsOf('file', traffic, usage).find(({ name }) => name === 'the hottest key');
  expect(hottest?.perChunk).toBe(2);
});

it('spreads what the index takes over its shards, the fullest of which is met', () => {
  const shard = limitsOf('file', traffic, usage).find(({ name }) => name === "the index's fullest shard");
  expect(shard?.perChunk).toBe(0.5);
});
