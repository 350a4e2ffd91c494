import { type CardHistoryItem, cardHistory } from './card-history.ts';
import { readChunkOfCall } from './chunk-of-call.ts';
import type { CardEntry, LedgerReads, StoredChunk } from './ports.ts';
import { namedByOf } from './read-named-by.ts';
import { cardsOf } from './results.ts';
import type { Par } from './terms.ts';

/** What the ledger knows of a card, newest first; empty until a call that carried it has had an outcome. */
export function createReadCard(ledger: Pick<LedgerReads, 'readCardHistory' | 'readCall' | 'readChunk'>) {
  return async (par: Par): Promise<CardHistoryItem[]> => {
    const entries = await ledger.readCardHistory(par);
    const items = cardHistory(entries).map((item, index) =>
      mayHaveChanged(item, index) ? asItIsNow(par, item, entries) : [item],
    );
    return (await Promise.all(items)).flat();
  };

  // An entry tells that the card is open, its chunk when it is looked after next, or what became of it since.
  async function asItIsNow(par: Par, item: CardHistoryItem, entries: readonly CardEntry[]): Promise<CardHistoryItem[]> {
    const stored = await chunkOf(item);
    const card = stored && cardsOf(stored).find((one) => one.par === par);
    if (card === undefined) return [item];
    const { requestId: _, corporation: __, par: ___, line: ____, ownEntries: _____, redrive, ...said } = card;
    // The redrive was recorded, and has not come to this chunk yet.
    if (card.status !== 'open' && (redrive ?? 0) < (item.redrive ?? 0)) return [];
    const now = { ...item, ...said, namedBy: card.status === 'already_named' ? namedByOf(card, entries) : undefined };
    return item.status === 'unresolved' && card.status !== 'unresolved' ? [now, item] : [now];
  }

  async function chunkOf({ requestId, acceptedAt, chunkNumber, correlationId }: CardHistoryItem) {
    if (chunkNumber !== undefined) return sameRequest(await ledger.readChunk({ requestId, chunkNumber }), acceptedAt);
    const call = correlationId === undefined ? undefined : await ledger.readCall(correlationId);
    return call && readChunkOfCall(ledger, call);
  }
}

// Where the chunk was there may be that of a later request under the same key.
const sameRequest = (stored: StoredChunk | undefined, acceptedAt: number): StoredChunk | undefined =>
  stored?.chunk.acceptedAt === acceptedAt ? stored : undefined;

/** A chunk that was reopened before reopenings were entries of their own shows only in the chunk: its card is `unresolved` here. */
const mayHaveChanged = ({ status }: CardHistoryItem, index: number): boolean =>
  status === 'open' || (status === 'unresolved' && index === 0);
