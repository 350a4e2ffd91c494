import { expect, it } from 'vitest';
import { monthlyCost } from '../../bench/cost/monthly.ts';
import { fixedPerMonth, prices } from '../../bench/cost/prices.ts';

const usage = { cards: 100, writeUnits: 120, readUnits: 2, lambdaMs: 300, calls: 1 };

it('bills a month for every unit that its cards take of the table', () => {
  const { table } = monthlyCost(1_000, 'file', usage);
  expect(table).toBeCloseTo(10 * (120 * prices.writeUnit + 2 * prices.readUnit), 12);
});

it('adds every part up, and a month without cards costs what a stack costs that waits', () => {
  const { total, ...parts } = monthlyCost(100_000, 'order', usage);
  expect(total).toBeCloseTo(
    Object.values(parts).reduce((sum, part) => sum + part, 0),
    12,
  );
  expect(monthlyCost(0, 'order', usage).total).toBe(fixedPerMonth.idle + fixedPerMonth.metrics);
});

it('costs the same for a card that comes in a request of its own, however many there are', () => {
  const variable = (cards: number): number => monthlyCost(cards, 'order', usage).lambda / cards;
  expect(variable(1_000)).toBeCloseTo(variable(10_000_000), 12);
});
