import * as z from 'zod';
import type { OpenWork } from '../limit-increase/ports.ts';
import type { ChunkRef, Instant } from '../limit-increase/terms.ts';
import { chunkItemsOf } from './chunks.ts';
import { isAsOfStep, itemHasExpired } from './conditions.ts';
import { chunkKey, chunkPartition, requestKey } from './keys.ts';
import { unexpired } from './stored-item.ts';
import type { Table } from './table.ts';

const stepSchema = z.object({ step: z.string() });

/**
 * Takes work that no longer exists out of the index of open work: what has expired stays in it until DynamoDB deletes it,
 * days later, and so does a chunk whose other item was deleted first.
 */
export function createDropGoneWork(table: Table) {
  return async (work: OpenWork, at: Instant): Promise<void> => {
    if (work.work === 'chunk') return dropChunk(work.ref, at);
    const change = { remove: ['openWork', 'dueAt'] };
    const key = requestKey(work.requestId);
    await table.update('dropGoneWork', { key, change, condition: itemHasExpired(at) });
  };

  async function dropChunk(ref: ChunkRef, at: Instant): Promise<void> {
    const items = await table.query('dropGoneWork', {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': chunkPartition(ref) },
      ConsistentRead: true,
    });
    const { cards, chunk } = chunkItemsOf(unexpired(items, at));
    if (cards !== undefined && chunk !== undefined) return;
    const seen = stepSchema.safeParse(chunkItemsOf(items).chunk);
    if (!seen.success) return;
    // A later request under the same ID may have taken its place since it was read.
    const change = { remove: ['openWork'] };
    await table.update('dropGoneWork', { key: chunkKey(ref), change, condition: isAsOfStep(seen.data.step) });
  }
}
