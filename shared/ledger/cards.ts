import { newestFirst } from '../limit-increase/entry-order.ts';
import type { CardEntry, Clock } from '../limit-increase/ports.ts';
import type { Par } from '../limit-increase/terms.ts';
import type { BatchWrite } from './batch-writes.ts';
import { cardAttributes, cardEntryOf, isOldUnresolved } from './card-item.ts';
import { cardPartition } from './keys.ts';
import { type Attributes, unexpired } from './stored-item.ts';
import type { Table } from './table.ts';

/** The histories of cards: an entry for each result that a request had, for each reopening, and for a call that may have named the card. */
export function createCards(table: Table, batchWrite: BatchWrite, clock: Clock) {
  async function writeCards(entries: readonly CardEntry[]): Promise<void> {
    await batchWrite('writeCards', entries.map(cardAttributes));
  }

  async function readCardHistory(par: Par): Promise<CardEntry[]> {
    const items = await table.query('readCardHistory', {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': cardPartition(par) },
      ConsistentRead: true,
    });
    return withoutDoubles(unexpired(items, clock())).sort(newestFirst);
  }

  return { writeCards, readCardHistory };
}

// An old chunk that is written again has its `unresolved` under the key of today too.
function withoutDoubles(items: readonly Attributes[]): CardEntry[] {
  const entries = items.map((item) => ({ entry: cardEntryOf(item), isOld: isOldUnresolved(item) }));
  const isWrittenAgain = ({ requestId }: CardEntry): boolean =>
    entries.some(({ entry, isOld }) => !isOld && entry.requestId === requestId && isUnnumberedUnresolved(entry));
  return entries.flatMap(({ entry, isOld }) => (isOld && isWrittenAgain(entry) ? [] : [entry]));
}

const isUnnumberedUnresolved = (entry: CardEntry): boolean =>
  entry.entry === 'result' && entry.status === 'unresolved' && entry.redrive === undefined;
