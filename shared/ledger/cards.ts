import type { CardEntry, Clock } from '../limit-increase/ports.ts';
import type { Par } from '../limit-increase/terms.ts';
import type { BatchWrite } from './batch-writes.ts';
import { cardAttributes, cardEntryOf } from './card-item.ts';
import { cardPartition } from './keys.ts';
import { unexpired } from './stored-item.ts';
import type { Table } from './table.ts';

/** The histories of cards: one entry for what a request made of a card, one for its having been given up before, one for a call that may have named it. */
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
    return unexpired(items, clock()).map(cardEntryOf).sort(newestFirst);
  }

  return { writeCards, readCardHistory };
}

// By the table's own order backwards, a request's trace would stand before its result. What was settled after all comes
// before its having been given up.
function newestFirst(a: CardEntry, b: CardEntry): number {
  if (a.acceptedAt !== b.acceptedAt) return b.acceptedAt - a.acceptedAt;
  if (a.requestId !== b.requestId) return a.requestId < b.requestId ? 1 : -1;
  return rankOf(a) - rankOf(b);
}

const rankOf = (entry: CardEntry): number => (entry.entry === 'maybe' ? 2 : entry.status === 'unresolved' ? 1 : 0);
