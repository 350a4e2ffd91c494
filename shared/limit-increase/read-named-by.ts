import { namedBy } from './named-by.ts';
import type { Clock, LedgerReads } from './ports.ts';
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
        const { bizLicenseNo, registrationNumber } = card.corporation;
        const history = await ledger.readCardHistory(card.par);
        const whose = namedBy([...history, ...(card.ownEntries ?? [])], {
          bizLicenseNo,
          registrationNumber,
          updatedAt: card.updatedAt,
        });
        views[index] = { ...card, namedBy: whose };
      }
    };
    await Promise.all(Array.from({ length: historiesAtOnce }, worker));
    return views;
  };
}
