import { newestFirst } from './entry-order.ts';
import { namedBy } from './named-by.ts';
import type { CardEntry } from './ports.ts';
import type { CardStatus, Instant, NamedBy } from './terms.ts';

/** A result that one request had for a card, or that the card is open in it. */
export type CardHistoryItem = {
  readonly requestId: string;
  readonly acceptedAt: Instant;
  /** See `CardEntry`. */
  readonly redrive?: number | undefined;
  readonly status: CardStatus;
  readonly namedBy?: NamedBy | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly returnMessage?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly bizLicenseNo: string;
  readonly updatedAt: Instant;
  readonly nextCheckAt?: Instant | undefined;
  /** Of a card that a redrive reopened: which chunk of the request holds it. */
  readonly chunkNumber?: number | undefined;
};

/**
 * A card's entries as items, newest first: every result of every request, and above them that the card is open, where a
 * request has none yet or has none since it was reopened. What a redrive brought counts from when it was written, all
 * else from when its request was accepted.
 */
export function cardHistory(entries: readonly CardEntry[]): CardHistoryItem[] {
  const seen = new Set<string>();
  const items: CardHistoryItem[] = [];
  for (const entry of [...entries].sort(newestFirst)) {
    if (entry.entry === 'result' || !seen.has(entry.requestId)) items.push(itemOf(entry, entries));
    seen.add(entry.requestId);
  }
  return items.sort((a, b) => begunAt(b) - begunAt(a));
}

const begunAt = ({ redrive, acceptedAt, updatedAt }: CardHistoryItem): Instant =>
  redrive === undefined ? acceptedAt : updatedAt;

function itemOf(entry: CardEntry, entries: readonly CardEntry[]): CardHistoryItem {
  const { requestId, acceptedAt, redrive, correlationId, bizLicenseNo, updatedAt } = entry;
  const common = { requestId, acceptedAt, redrive, correlationId, bizLicenseNo, updatedAt };
  if (entry.entry === 'maybe') return { ...common, status: 'open' };
  if (entry.entry === 'reopened') return { ...common, status: 'open', chunkNumber: entry.chunkNumber };
  const { status, code, message, returnMessage } = entry;
  const whose = status === 'already_named' ? namedBy(entries, entry) : undefined;
  return { ...common, status, code, message, returnMessage, namedBy: whose };
}
