import type { Notify } from './notice.ts';
import type { Clock, LedgerReads, RequestWithCounts } from './ports.ts';
import { createReadNamedBy } from './read-named-by.ts';
import { createReadResults } from './read-results.ts';
import { firstPlace } from './results.ts';
import type { Instant, LimitIncreaseRequest, NamedBy } from './terms.ts';

/** Where others hear of it. Throws if it may not have been heard; the same may be told twice. */
export type SettledEvents = {
  readonly limitIncreaseSettled: (found: RequestWithCounts) => Promise<void>;
};

export type AnnounceSettledDeps = {
  readonly ledger: Pick<LedgerReads, 'readRequest' | 'readChunk' | 'readCardHistory'>;
  readonly events: SettledEvents;
  readonly clock: Clock;
  readonly notify: Notify;
};

/** `not_due`: cards are open, again perhaps, or the report of the file is not written: who settles that makes it due. */
export type AnnounceEnd = 'announced' | 'not_due';

/**
 * Tells others that a request is settled, as the ledger has it by now: of a file once its report stands, so that whoever
 * hears of it can fetch all of it. And tells an operator of an order's cards that are named for another corporation,
 * or for one of several; those of a file were told with its report.
 */
export function createAnnounceSettled({ ledger, events, clock, notify }: AnnounceSettledDeps) {
  const readResults = createReadResults(ledger);
  const readNamedBy = createReadNamedBy({ ledger, clock });

  return async (requestId: string, deadline: Instant): Promise<AnnounceEnd> => {
    const found = await ledger.readRequest(requestId);
    if (found === undefined || !isOver(found.request)) return 'not_due';
    await events.limitIncreaseSettled(found);
    notify({ notice: 'settled_announced', requestId });
    // After the event, which others wait for. If this fails the change comes again, and both are told once more.
    if (found.request.upload === undefined && found.counts.already_named > 0)
      await tellContested(found.request, deadline);
    return 'announced';
  };

  async function tellContested(request: LimitIncreaseRequest, deadline: Instant): Promise<void> {
    const { requestId, cardsTotal: limit } = request;
    const page = await readResults(request, { from: firstPlace, limit, status: 'already_named' });
    const cards = await readNamedBy(page.cards, deadline);
    if (clock() >= deadline) throw new Error('There was not the time to find out who named the cards of this order.');
    const count = (whose: NamedBy): number => cards.filter(({ namedBy }) => namedBy === whose).length;
    const contested = { other_corporation: count('other_corporation'), disputed: count('disputed') };
    if (contested.other_corporation + contested.disputed > 0)
      notify({ notice: 'naming_contested', requestId, ...contested });
  }
}

const isOver = ({ status, redriving, upload }: LimitIncreaseRequest): boolean =>
  status === 'settled' && redriving === undefined && (upload === undefined || upload.reportedAt !== undefined);
