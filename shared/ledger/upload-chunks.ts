import type { LinedStoredChunk } from '../limit-increase/upload-ledger.ts';
import type { BatchWrite } from './batch-writes.ts';
import { cardsItem } from './cards-item.ts';
import { chunkItem } from './chunk-item.ts';
import { nothingStands } from './conditions.ts';
import { assertChunk } from './invariants.ts';
import { cardsKey, chunkKey } from './keys.ts';
import { shardOf } from './open-work.ts';
import type { Table } from './table.ts';
import { tokenOf } from './write-token.ts';

const putsAtOnce = 16;

/**
 * Writes chunks of a file that nobody has touched yet. First their cards, which are the same whoever writes them; then
 * the chunks themselves, so that none is ever found without its cards. A chunk that stands may be at work: it is left.
 */
export function createWriteChunks(table: Table, batchWrite: BatchWrite) {
  return async (stored: readonly LinedStoredChunk[]): Promise<void> => {
    for (const one of stored) assertChunk(one);
    const cards = stored.map(({ chunk: { ref, expiresAt, ...attributes } }) =>
      cardsItem.write(cardsKey(ref), expiresAt, attributes),
    );
    await batchWrite('writeChunks', cards);
    const waiting = stored.values();
    const worker = async (): Promise<void> => {
      for (const one of waiting) await putChunk(one);
    };
    const ends = await Promise.allSettled(Array.from({ length: putsAtOnce }, worker));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  };

  async function putChunk({ chunk: { ref, expiresAt }, state }: LinedStoredChunk): Promise<void> {
    const key = chunkKey(ref);
    const attributes = { ...state, openWork: shardOf(key), step: tokenOf([ref, 'written']) };
    await table.put('writeChunks', chunkItem.write(key, expiresAt, attributes), nothingStands);
  }
}
