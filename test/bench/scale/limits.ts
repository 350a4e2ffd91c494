import type { Usage } from '../cost/usage.ts';
import { quotas } from './quotas.ts';
import type { Traffic } from './traffic.ts';

export type Limit = { readonly name: string; readonly unit: string; readonly perChunk: number; readonly quota: number };

/** The POST, and one GET of what became of it. */
const httpRequestsPerOrder = 2;

/** What stands in the way of more chunks a second, the nearest first. */
export function limitsOf(way: 'order' | 'file', traffic: Traffic, usage: Usage): readonly Limit[] {
  const { chunks, keys, writeUnits, readUnits, indexWriteUnits, fullestShard } = traffic;
  // A key that only one chunk writes to is as hot at any rate.
  const shared = keys.filter(({ works }) => works > 2);
  const hottest = Math.max(0, ...shared.map(({ units }) => units)) / chunks;
  const busyMs = usage.lambdaMs / 1_000;
  const writes = { unit: 'write units/s', perChunk: writeUnits / chunks };
  const reads = { unit: 'read units/s', perChunk: readUnits / chunks };
  const limits: Limit[] = [
    { name: 'a new table, writes', ...writes, quota: quotas.newTableWriteUnits },
    { name: 'a new table, reads', ...reads, quota: quotas.newTableReadUnits },
    { name: 'the table, writes', ...writes, quota: quotas.tableWriteUnits },
    { name: 'the table, reads', ...reads, quota: quotas.tableReadUnits },
    {
      ...{ name: "the index's fullest shard", unit: 'write units/s' },
      ...{ perChunk: (indexWriteUnits / chunks) * fullestShard, quota: quotas.partitionWriteUnits },
    },
    { name: 'Lambda', unit: 'processes', perChunk: busyMs, quota: quotas.lambdaConcurrency },
  ];
  if (hottest > 0)
    limits.push({
      ...{ name: 'the hottest key', unit: 'write units/s' },
      ...{ perChunk: hottest, quota: quotas.partitionWriteUnits },
    });
  if (way === 'file')
    limits.push({ name: 'event source', unit: 'processes', perChunk: busyMs, quota: quotas.eventSourceConcurrency });
  else
    limits.push({
      ...{ name: 'API Gateway', unit: 'requests/s' },
      ...{ perChunk: httpRequestsPerOrder, quota: quotas.httpRequests },
    });
  return limits.filter(({ perChunk }) => perChunk > 0).sort((a, b) => a.quota / a.perChunk - b.quota / b.perChunk);
}
