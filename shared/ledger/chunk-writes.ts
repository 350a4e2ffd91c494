import type { LinedStoredChunk } from '../limit-increase/upload-ledger.ts';
import type { BatchWrite } from './batch-writes.ts';
import { cardsItem } from './cards-item.ts';
import { chunkItem } from './chunk-item.ts';
import { assertChunk } from './invariants.ts';
import { cardsKey, chunkKey } from './keys.ts';
import { shardOf } from './open-work.ts';
import type { ExpiresAt } from './retention.ts';
import type { Table } from './table.ts';
import { tokenOf } from './write-token.ts';

/**
 * Writes chunks of a file, without a transaction, which would cost twice as much: first the cards, which never change and
 * so may be written again; then, as that nobody has begun them, the chunks that do not stand yet.
 */
export function createWriteChunks(table: Table, batchWrite: BatchWrite, expiresAt: ExpiresAt) {
  return async (chunks: readonly LinedStoredChunk[]): Promise<void> => {
    for (const stored of chunks) assertChunk(stored);
    const cards = chunks.map(({ chunk: { ref, ...others } }) =>
      cardsItem.write(cardsKey(ref), expiresAt(others.acceptedAt), others),
    );
    await batchWrite('writeChunks', cards);
    await Promise.all(chunks.map(putChunk));
  };

  async function putChunk({ chunk, state }: LinedStoredChunk): Promise<void> {
    const key = chunkKey(chunk.ref);
    const step = tokenOf([chunk.ref, chunk.acceptedAt]);
    const item = chunkItem.write(key, expiresAt(chunk.acceptedAt), { ...state, openWork: shardOf(key), step });
    await table.putNew('writeChunks', item);
  }
}
