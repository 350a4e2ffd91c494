import * as z from 'zod';
import type { Clock, StoredChunk } from '../limit-increase/ports.ts';
import type { ChunkRef, Instant } from '../limit-increase/terms.ts';
import { cardsItem } from './cards-item.ts';
import { chunkItem, stateOf } from './chunk-item.ts';
import { chunkIsSettled } from './conditions.ts';
import { LedgerFault } from './faults.ts';
import { assertChunk } from './invariants.ts';
import { chunkKey, chunkPartition } from './keys.ts';
import { type Attributes, keyOf, unexpired } from './stored-item.ts';
import { storedInstant } from './stored-values.ts';
import type { Table } from './table.ts';

/** The verbs of a chunk that stands in the table, but for the journal. */
export function createChunks(table: Table, clock: Clock) {
  async function readChunk(ref: ChunkRef): Promise<StoredChunk | undefined> {
    const items = await table.query('readChunk', {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': chunkPartition(ref) },
      ConsistentRead: true,
    });
    const { cards, chunk: item } = chunkItemsOf(unexpired(items, clock()));
    // Of a file's chunk the cards are written first. Later one of the two may expire, or be deleted, before the other.
    if (cards === undefined || item === undefined) return undefined;
    const { key: _, ...unchanging } = cardsItem.read(cards);
    const stored = { chunk: { ref, ...unchanging }, state: stateOf(chunkItem.read(item)) };
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

/** The two items of a chunk's partition. */
export function chunkItemsOf(items: readonly Attributes[]) {
  const named = (name: string) => items.find((item) => keyOf(item).sk === name);
  return { cards: named('CARDS'), chunk: named('CHUNK') };
}
