import type { CardHistoryItem } from '../limit-increase/card-history.ts';
import type { CallRecord, RequestWithCounts } from '../limit-increase/ports.ts';
import type { NamedCardView } from '../limit-increase/read-named-by.ts';
import type { Place } from '../limit-increase/results.ts';
import { shownCounts } from '../limit-increase/shown-counts.ts';
import type { Instant, Par } from '../limit-increase/terms.ts';
import { writeCursor } from './cursor.ts';
import { showUpload } from './upload-representation.ts';

// Requests, cards and calls as the API shows them. What is undefined here is left out of the JSON.

type ShownPage = { readonly cards: readonly NamedCardView[]; readonly next: Place | undefined };

/** A request with a page of its cards. */
export function showRequest(found: RequestWithCounts, { cards, next }: ShownPage, now: Instant) {
  const { requestId, upload } = found.request;
  const results = upload === undefined ? cards.map(showResult) : cards.map(showRow);
  return { ...showState(found, now), results, nextCursor: next === undefined ? null : writeCursor(requestId, next) };
}

/** A request without its cards. */
export function showState(found: RequestWithCounts, now: Instant) {
  const { requestId, status, source, createdAt, updatedAt, corporation, redriving, redrives } = found.request;
  const counts = shownCounts(found.request, found.counts);
  return {
    requestId,
    // The request's own item follows its tally by a moment: what is told here must not contradict itself. A redrive that
    // was just begun is about to open some of the cards.
    status: counts.open === 0 && status === 'open' && redriving === undefined ? 'settled' : status,
    source,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    corporation,
    ...showUpload(found, now),
    counts,
    redrives: redrives?.map(({ by, at, cards, statuses }) => ({ by, at: iso(at), cards, statuses })),
  };
}

/** A card of a file: its rows differ in what an order says once. */
function showRow(card: NamedCardView) {
  const { par, ...result } = showResult(card);
  return { line: card.line, par, ...card.corporation, ...result };
}

function showResult(card: NamedCardView) {
  const { par, status, namedBy, code, message, returnMessage, correlationId, nextCheckAt } = card;
  const times = { updatedAt: iso(card.updatedAt), nextCheckAt: isoIfAny(nextCheckAt) };
  return { par, status, namedBy, code, message, returnMessage, correlationId, ...times };
}

/** A card as its newest order left it, with its whole history. */
export function showCard(par: Par, history: readonly [CardHistoryItem, ...CardHistoryItem[]]) {
  const { status, namedBy, nextCheckAt } = history[0];
  return { par, status, namedBy, nextCheckAt: isoIfAny(nextCheckAt), history: history.map(showHistoryItem) };
}

function showHistoryItem(item: CardHistoryItem) {
  const { requestId, status, namedBy, code, message, returnMessage, correlationId, bizLicenseNo } = item;
  const said = { requestId, status, namedBy, code, message, returnMessage, correlationId, bizLicenseNo };
  return { ...said, updatedAt: iso(item.updatedAt), nextCheckAt: isoIfAny(item.nextCheckAt) };
}

/** `pars`: the cards that the call carried. */
export function showCall({ correlationId, chunk, startedAt, ended }: CallRecord, pars: readonly Par[]) {
  const { requestId, chunkNumber } = chunk;
  const { name: outcome = 'sent', reading, httpStatus, code, description, reason } = ended?.outcome ?? {};
  const said = { outcome, reading, httpStatus, code, description, reason };
  const times = { startedAt: iso(startedAt), finishedAt: isoIfAny(ended?.finishedAt), durationMs: ended?.durationMs };
  return { correlationId, requestId, chunk: chunkNumber, ...said, ...times, pars };
}

const iso = (at: Instant): string => new Date(at).toISOString();

const isoIfAny = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : iso(at));
