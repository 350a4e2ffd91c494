import { type CardHistoryItem, cardHistory } from './card-history.ts';
import { readChunkOfCall } from './chunk-of-call.ts';
import type { CardEntry, LedgerReads } from './ports.ts';
import { namedByOf } from './read-named-by.ts';
import { cardsOf } from './results.ts';
import type { CardStatus, Par } from './terms.ts';

/** What the ledger knows of a card, newest order first; empty until a call that carried it has had an outcome. */
export function createReadCard(ledger: Pick<LedgerReads, 'readCardHistory' | 'readCall' | 'readChunk'>) {
  return async (par: Par): Promise<CardHistoryItem[]> => {
    const entries = await ledger.readCardHistory(par);
    const [newest, ...older] = cardHistory(entries);
    if (newest === undefined) return [];
    return [mayHaveChanged.has(newest.status) ? await asItNowStands(par, newest, entries) : newest, ...older];
  };

  // A trace tells that the card is open, its chunk when it is looked after next, or what has become of it since. A card
  // that was given up may have been redriven.
  async function asItNowStands(par: Par, item: CardHistoryItem, entries: readonly CardEntry[]) {
    const call = item.correlationId === undefined ? undefined : await ledger.readCall(item.correlationId);
    const stored = call && (await readChunkOfCall(ledger, call));
    const card = stored && cardsOf(stored).find((one) => one.par === par);
    if (card === undefined) return item;
    const { requestId: _, corporation: __, par: ___, line: ____, ownEntries: _____, ...fate } = card;
    return { ...item, ...fate, namedBy: card.status === 'already_named' ? namedByOf(card, entries) : undefined };
  }
}

const mayHaveChanged: ReadonlySet<CardStatus> = new Set(['open', 'unresolved']);
