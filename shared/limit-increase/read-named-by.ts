import { namedBy } from './named-by.ts';
import type { CardEntry, Clock, LedgerReads } from './ports.ts';
import type { CardView } from './results.ts';
import type { Instant, NamedBy } from './terms.ts';

/** `namedBy` of an `already_named` card; absent for any other, and if there was no time to find it out. */
type Named = { readonly namedBy?: NamedBy | undefined };
export type NamedCardView = CardView & Named;

const historiesAtOnce = 16;

/** Adds whose naming it was to the `already_named` among the cards, each read from its history. Begins no read after the deadline. */
export function createReadNamedBy({ ledger, clock }: { ledger: Pick<LedgerReads, 'readCardHistory'>; clock: Clock }) {
  return async <Card extends CardView>(cards: readonly Card[], deadline: Instant): Promise<(Card & Named)[]> => {
    const views: (Card & Named)[] = [...cards];
    const waiting = cards.entries();
    const worker = async (): Promise<void> => {
      for (const [index, card] of waiting) {
        if (card.status !== 'already_named' || clock() >= deadline) continue;
        views[index] = { ...card, namedBy: namedByOf(card, await ledger.readCardHistory(card.par)) };
      }
    };
    await Promise.all(Array.from({ length: historiesAtOnce }, worker));
    return views;
  };
}

/** Who an `already_named` card was named for. Its chunk is settled a moment before its entries are written: what it says now holds. */
export function namedByOf(card: CardView, history: readonly CardEntry[]): NamedBy {
  const { requestId, corporation, updatedAt, ownEntries = [] } = card;
  const others = history.filter((entry) => !ownEntries.some((own) => isSameEntry(own, entry)));
  return namedBy([...others, ...ownEntries], { requestId, ...corporation, updatedAt });
}

const isSameEntry = (one: CardEntry, other: CardEntry): boolean =>
  one.requestId === other.requestId && one.acceptedAt === other.acceptedAt && one.entry === other.entry;
