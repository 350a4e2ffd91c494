import { namedBy } from './named-by.ts';
import type { CardEntry } from './ports.ts';
import type { CardStatus, Instant, NamedBy } from './terms.ts';

/** What one request made of a card, or is making of it. */
export type CardHistoryItem = {
  readonly requestId: string;
  readonly status: CardStatus;
  readonly namedBy?: NamedBy | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly returnMessage?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly bizLicenseNo: string;
  readonly updatedAt: Instant;
  readonly nextCheckAt?: Instant | undefined;
};

/**
 * A card's entries as one item a request, in the order of the entries. A trace without a result is an open card; one that
 * was given up and then settled after all is what it was settled as.
 */
export function cardHistory(entries: readonly CardEntry[]): CardHistoryItem[] {
  const items = new Map<string, CardHistoryItem>();
  for (const entry of entries) {
    const told = items.get(entry.requestId)?.status;
    const saysMore = told === undefined || told === 'open' || (told === 'unresolved' && entry.entry === 'result');
    if (saysMore) items.set(entry.requestId, itemOf(entry, entries));
  }
  return [...items.values()];
}

function itemOf(entry: CardEntry, entries: readonly CardEntry[]): CardHistoryItem {
  const { requestId, correlationId, bizLicenseNo, updatedAt } = entry;
  const common = { requestId, correlationId, bizLicenseNo, updatedAt };
  if (entry.entry === 'maybe') return { ...common, status: 'open' };
  const { status, code, message, returnMessage } = entry;
  const whose = status === 'already_named' ? namedBy(entries, entry) : undefined;
  return { ...common, status, code, message, returnMessage, namedBy: whose };
}
