import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { DueWork } from '../limit-increase/ports.ts';
import type { Instant } from '../limit-increase/terms.ts';
import { LedgerItemFault } from './faults.ts';
import { chunkOfKey, type Key, requestOfKey } from './keys.ts';
import { type Attributes, keyOf } from './stored-item.ts';
import { storedInstant } from './stored-values.ts';
import type { Table } from './table.ts';

// The sparse index of what is not finished, by the time at which it falls due. An item is in it while it carries
// `openWork`, its shard; which one follows from the key, so that writing an item again does not move it.

const shards = Array.from({ length: 8 }, (_, shard) => String(shard).padStart(2, '0'));

/** The shard of an item that is open. */
export function shardOf({ pk }: Key): string {
  const [first = 0] = createHash('sha256').update(pk).digest();
  return shards[first % shards.length] ?? '00';
}

const dueSchema = z.object({ dueAt: storedInstant });

export type DueQuery = {
  readonly now: Instant;
  readonly limit: number;
  readonly only?: DueWork['work'] | undefined;
};

const sortKeys: Readonly<Record<DueWork['work'], string>> = { chunk: 'CHUNK', request: 'REQUEST' };

/** What is due at `now`, each shard read side by side, the longest overdue first. The index may lag behind the table. */
export async function listDue(table: Table, { now, limit, only }: DueQuery): Promise<DueWork[]> {
  const byShard = await Promise.all(
    shards.map((shard) =>
      table.query(
        'listDue',
        {
          IndexName: 'openWork',
          ...(only && { FilterExpression: '#sk = :sk' }),
          KeyConditionExpression: '#openWork = :shard AND #dueAt <= :now',
          ExpressionAttributeNames: { '#openWork': 'openWork', '#dueAt': 'dueAt', ...(only && { '#sk': 'sk' }) },
          ExpressionAttributeValues: {
            ...{ ':shard': shard, ':now': z.encode(storedInstant, now) },
            ...(only && { ':sk': sortKeys[only] }),
          },
        },
        limit,
      ),
    ),
  );
  const due = byShard.flat().flatMap((item) => dueWorkOf(item) ?? []);
  return due.sort((a, b) => a.dueAt - b.dueAt).slice(0, limit);
}

function dueWorkOf(item: Attributes): DueWork | undefined {
  const key = keyOf(item);
  const parsed = dueSchema.safeParse(item);
  if (!parsed.success) throw new LedgerItemFault(key, parsed.error.issues);
  const { dueAt } = parsed.data;
  const [ref, requestId] = [chunkOfKey(key), requestOfKey(key)];
  if (ref !== undefined && key.sk === 'CHUNK') return { work: 'chunk', ref, dueAt };
  if (requestId !== undefined && key.sk === 'REQUEST') return { work: 'request', requestId, dueAt };
  // Work of a kind that a later version has put there: whoever knows it will find it, and ours must not wait for that.
  return undefined;
}
