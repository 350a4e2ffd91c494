import type { CardResult } from './chunk-state.ts';
import { finalCardStatuses, type SettledCounts } from './terms.ts';

export const noCounts: SettledCounts = { named: 0, already_named: 0, not_found: 0, rejected: 0, unresolved: 0 };

export function countResults(results: Iterable<CardResult>): SettledCounts {
  const counts = { ...noCounts };
  for (const { status } of results) counts[status] += 1;
  return counts;
}

export const addCounts = (a: SettledCounts, b: SettledCounts): SettledCounts => combine(a, b, (x, y) => x + y);

export const subtractCounts = (a: SettledCounts, b: SettledCounts): SettledCounts => combine(a, b, (x, y) => x - y);

export const sumCounts = (counts: SettledCounts): number =>
  finalCardStatuses.reduce((sum, status) => sum + counts[status], 0);

function combine(a: SettledCounts, b: SettledCounts, op: (x: number, y: number) => number): SettledCounts {
  const counts = { ...noCounts };
  for (const status of finalCardStatuses) counts[status] = op(a[status], b[status]);
  return counts;
}
