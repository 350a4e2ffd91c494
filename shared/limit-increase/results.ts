import { entriesOfCard } from './card-entries.ts';
import type { CardResult, ChunkState } from './chunk-state.ts';
import type { CardEntry, StoredChunk } from './ports.ts';
import type { CardStatus, Corporation, Instant, Par } from './terms.ts';

// What a chunk says of its cards, and how such cards are dealt out in pages.

/** A card as its order knows it. */
export type CardView = {
  readonly requestId: string;
  readonly par: Par;
  /** Of a file only: on which line it stood. */
  readonly line?: number | undefined;
  readonly corporation: Corporation;
  readonly status: CardStatus;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly returnMessage?: string | undefined;
  /** Of an open card: the call that is under way, or else the one that may have named it. */
  readonly correlationId?: string | undefined;
  /** Of a result: the number of the redrive after which it was obtained. */
  readonly redrive?: number | undefined;
  readonly updatedAt: Instant;
  /** Of an open card only: when it is looked after next. */
  readonly nextCheckAt?: Instant | undefined;
  /** Of an `already_named` card: what its chunk adds to its history. The chunk is settled a moment before that is written there. */
  readonly ownEntries?: readonly CardEntry[] | undefined;
};

/** The chunk's cards, in the order in which they were sent. */
export const cardsOf = ({ chunk, state }: StoredChunk): CardView[] =>
  chunk.pars.map((par, position) => {
    const { corporation, lines } = chunk;
    const result = state.results.get(position);
    const card = { requestId: chunk.ref.requestId, par, line: lines?.[position], corporation };
    if (result === undefined) return { ...card, ...openCard(state, position) };
    const ownEntries = result.status === 'already_named' ? entriesOfCard(chunk, state, { par, position }) : undefined;
    return { ...card, ...finalCard(result), ownEntries };
  });

type Fate = Omit<CardView, 'requestId' | 'par' | 'line' | 'corporation'>;

function finalCard({ status, code, message, returnMessage, correlationId, redrive, updatedAt }: CardResult): Fate {
  return { status, code, message, returnMessage, correlationId, redrive, updatedAt };
}

function openCard({ inFlight, traces, dueAt, updatedAt }: ChunkState, position: number): Fate {
  const trace = traces.get(position);
  const correlationId = inFlight?.positions.includes(position) ? inFlight.correlationId : trace?.maybe;
  const nextCheckAt = Math.max(dueAt, trace?.notBefore ?? dueAt);
  const returnMessage = trace?.listed?.returnMessage;
  return { status: 'open', ...trace?.said, returnMessage, correlationId, updatedAt, nextCheckAt };
}

/** When the first of the open cards is looked after next; undefined if none is open. */
export function earliestCheckAt(chunks: readonly (StoredChunk | undefined)[]): Instant | undefined {
  const times = chunks
    .flatMap((stored) => (stored === undefined ? [] : cardsOf(stored)))
    .flatMap(({ nextCheckAt }) => nextCheckAt ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** A card's place within its request: chunks count from 1, positions from 0. */
export type Place = { readonly chunkNumber: number; readonly position: number };

export const firstPlace: Place = { chunkNumber: 1, position: 0 };

export type PageQuery = {
  readonly from: Place;
  readonly limit: number;
  /** Only cards of this status. */
  readonly status?: CardStatus | undefined;
};

/** `next`: where the next page begins; undefined after the last card. A page may be short although there is a next one. */
export type Page = { readonly cards: readonly CardView[]; readonly next: Place | undefined };

/** The cards of consecutive chunks, from the one of `from` on, up to the limit. `chunksTotal`: how many the request has. */
export function pageOf(
  chunks: readonly (StoredChunk | undefined)[],
  { from, limit, status }: PageQuery,
  chunksTotal: number,
): Page {
  const cards: CardView[] = [];
  let next = from;
  for (const [index, stored] of chunks.entries()) {
    const chunkNumber = from.chunkNumber + index;
    const begin = index === 0 ? from.position : 0;
    const rest = stored === undefined ? [] : cardsOf(stored).slice(begin);
    for (const [offset, card] of rest.entries()) {
      if (cards.length === limit) return { cards, next: { chunkNumber, position: begin + offset } };
      if (status === undefined || card.status === status) cards.push(card);
    }
    next = { chunkNumber: chunkNumber + 1, position: 0 };
  }
  return { cards, next: next.chunkNumber > chunksTotal ? undefined : next };
}
