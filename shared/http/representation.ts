import type { CardHistoryItem } from '../limit-increase/card-history.ts';
import { sumCounts } from '../limit-increase/counts.ts';
import type { CallRecord, RequestWithCounts } from '../limit-increase/ports.ts';
import type { NamedCardView } from '../limit-increase/read-named-by.ts';
import type { Place } from '../limit-increase/results.ts';
import type { Instant, Par } from '../limit-increase/terms.ts';
import { writeCursor } from './cursor.ts';

// Requests, cards and calls as the API shows them. What is undefined here is left out of the JSON.

type ShownPage = { readonly cards: readonly NamedCardView[]; readonly next: Place | undefined };

export function showRequest({ request, counts }: RequestWithCounts, { cards, next }: ShownPage) {
  const { requestId, source, corporation, cardsTotal: total } = request;
  const open = total - sumCounts(counts);
  return {
    requestId,
    // The request's own item follows its tally by a moment: what is told here must not contradict itself.
    status: open === 0 && request.status === 'open' ? 'settled' : request.status,
    source,
    createdAt: iso(request.createdAt),
    updatedAt: iso(request.updatedAt),
    corporation,
    counts: {
      total,
      open,
      named: counts.named,
      alreadyNamed: counts.already_named,
      notFound: counts.not_found,
      rejected: counts.rejected,
      unresolved: counts.unresolved,
    },
    results: cards.map(showResult),
    nextCursor: next === undefined ? null : writeCursor(requestId, next),
  };
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
  const { name: outcome = 'sent', httpStatus, code, description, reason } = ended?.outcome ?? {};
  const said = { outcome, httpStatus, code, description, reason };
  const times = { startedAt: iso(startedAt), finishedAt: isoIfAny(ended?.finishedAt), durationMs: ended?.durationMs };
  return { correlationId, requestId, chunk: chunkNumber, ...said, ...times, pars };
}

const iso = (at: Instant): string => new Date(at).toISOString();

const isoIfAny = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : iso(at));
