import * as z from 'zod';
import type { StoredChunk } from '../limit-increase/ports.ts';
import type { ChunkRef, Instant } from '../limit-increase/terms.ts';
import { cardsItem } from './cards-item.ts';
import { chunkItem, stateOf } from './chunk-item.ts';
import { chunkIsSettled } from './conditions.ts';
import { LedgerFault } from './faults.ts';
import { assertChunk } from './invariants.ts';
import { chunkKey, chunkPartition } from './keys.ts';
import { type Attributes, keyOf } from './stored-item.ts';
import { storedInstant } from './stored-values.ts';
import type { Table } from './table.ts';

/** The verbs of a chunk that stands in the table, but for the journal. */
export function createChunks(table: Table) {
  async function readChunk(ref: ChunkRef): Promise<StoredChunk | undefined> {
    const items = await table.query('readChunk', {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': chunkPartition(ref) },
      ConsistentRead: true,
    });
    if (items.length === 0) return undefined;
    const { key: _, ...cards } = cardsItem.read(cardsOf(items));
    const item = items.find((candidate) => keyOf(candidate).sk === 'CHUNK');
    // Of a file's chunk the cards are written first: it does not stand yet.
    if (item === undefined) return undefined;
    const stored = { chunk: { ref, ...cards }, state: stateOf(chunkItem.read(item)) };
    assertChunk(stored);
    return stored;
  }

  async function finishChunk(ref: ChunkRef, at: Instant, fence: number): Promise<void> {
    const set = { stage: 'done', updatedAt: z.encode(storedInstant, at) };
    const change = { set, remove: ['openWork'] };
    const result = await table.update('finishChunk', { key: chunkKey(ref), change, condition: chunkIsSettled(fence) });
    if (result.written) return;
    const old = result.old === undefined ? undefined : chunkItem.read(result.old);
    // It is done already, by me or by another who found it settled; or a redrive reopened it, which had its cards written.
    if (old?.stage === 'done' || (old !== undefined && old.fence > fence)) return;
    throw new LedgerFault('finishChunk', `a chunk that is ${old?.stage ?? 'not there'}`);
  }

  return { readChunk, finishChunk };
}

function cardsOf(items: readonly Attributes[]): Attributes {
  const item = items.find((candidate) => keyOf(candidate).sk === 'CARDS');
  if (item === undefined) throw new LedgerFault('readChunk', 'a chunk without its CARDS item');
  return item;
}
