import { BatchWriteCommand, type BatchWriteCommandOutput, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { faultOf, LedgerFault } from './faults.ts';
import type { Patience } from './patience.ts';
import { type Attributes, keyOf } from './stored-item.ts';

type Writes = NonNullable<BatchWriteCommandOutput['UnprocessedItems']>[string];

export type BatchWrite = ReturnType<typeof createBatchWrite>;

/** DynamoDB's own limit. */
const itemsPerBatch = 25;
const batchesAtOnce = 4;

/**
 * Puts without a condition, in batches. Of items under one key the last one counts: DynamoDB refuses a batch that holds
 * a key twice. Ends when every item is written, or throws a LedgerFault: then some are, and all may be written again.
 */
export function createBatchWrite(client: DynamoDBDocumentClient, tableName: string, patience: () => Patience) {
  return async (operation: string, items: readonly Attributes[]): Promise<void> => {
    const byKey = new Map(items.map((item) => [JSON.stringify(keyOf(item)), { PutRequest: { Item: item } }]));
    const writes = [...byKey.values()];
    const starts = Array.from({ length: Math.ceil(writes.length / itemsPerBatch) }, (_, n) => n * itemsPerBatch);
    const waiting = starts.values();
    const worker = async (): Promise<void> => {
      for (const start of waiting) await writeBatch(operation, writes.slice(start, start + itemsPerBatch));
    };
    const ends = await Promise.allSettled(Array.from({ length: Math.min(batchesAtOnce, starts.length) }, worker));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  };

  // A batch succeeds even if the table took only some of its items.
  async function writeBatch(operation: string, batch: Writes): Promise<void> {
    const again = patience();
    let left = batch;
    while (left.length > 0) {
      const before = left.length;
      left = await send(operation, left);
      if (left.length > 0 && !(await again()))
        throw new LedgerFault(operation, `${left.length} of ${before} items were not taken`);
    }
  }

  async function send(operation: string, batch: Writes): Promise<Writes> {
    try {
      const { UnprocessedItems = {} } = await client.send(
        new BatchWriteCommand({ RequestItems: { [tableName]: batch } }),
      );
      return UnprocessedItems[tableName] ?? [];
    } catch (error) {
      throw faultOf(operation, error);
    }
  }
}
