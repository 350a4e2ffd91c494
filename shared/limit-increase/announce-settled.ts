import type { Notify } from './notice.ts';
import type { LedgerReads, RequestWithCounts } from './ports.ts';
import type { LimitIncreaseRequest } from './terms.ts';

/** Where others hear of it. Throws if it may not have been heard; the same may be told twice. */
export type SettledEvents = {
  readonly limitIncreaseSettled: (found: RequestWithCounts) => Promise<void>;
};

export type AnnounceSettledDeps = {
  readonly ledger: Pick<LedgerReads, 'readRequest'>;
  readonly events: SettledEvents;
  readonly notify: Notify;
};

/** `not_due`: cards are open, again perhaps, or the report of the file is not written: who settles that makes it due. */
export type AnnounceEnd = 'announced' | 'not_due';

/**
 * Tells others that a request is settled, as the ledger has it by now: of a file once its report stands, so that whoever
 * hears of it can fetch all of it.
 */
export function createAnnounceSettled({ ledger, events, notify }: AnnounceSettledDeps) {
  return async (requestId: string): Promise<AnnounceEnd> => {
    const found = await ledger.readRequest(requestId);
    if (found === undefined || !isOver(found.request)) return 'not_due';
    await events.limitIncreaseSettled(found);
    notify({ notice: 'settled_announced', requestId });
    return 'announced';
  };
}

const isOver = ({ status, redriving, upload }: LimitIncreaseRequest): boolean =>
  status === 'settled' && redriving === undefined && (upload === undefined || upload.reportedAt !== undefined);
