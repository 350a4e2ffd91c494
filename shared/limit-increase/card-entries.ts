import type { ChunkState } from './chunk-state.ts';
import type { CardEntry } from './ports.ts';
import { isPresumedElsewhere } from './presumed-elsewhere.ts';
import type { Chunk, Par } from './terms.ts';

/**
 * What the histories of a chunk's cards hold of it: a pure function of the chunk, so writing it again changes nothing.
 * A trace matters only while the card is open, or if it ended in doubt: any other end shows that the call did not name it,
 * or proves that one did.
 */
export const cardEntries = (chunk: Chunk, state: ChunkState): CardEntry[] =>
  chunk.pars.flatMap((par, position) => entriesOfCard(chunk, state, { par, position }));

/** The same of one of its cards. */
export function entriesOfCard(
  { ref: { requestId }, acceptedAt, expiresAt, corporation: { bizLicenseNo, registrationNumber } }: Chunk,
  state: ChunkState,
  { par, position }: { readonly par: Par; readonly position: number },
): CardEntry[] {
  const { results, traces, updatedAt } = state;
  const entries: CardEntry[] = [];
  const result = results.get(position);
  const trace = traces.get(position);
  const card = { par, requestId, acceptedAt, expiresAt, bizLicenseNo, registrationNumber };
  // Each redrive's result is an entry of its own: an earlier one stays as it is.
  if (result !== undefined) entries.push({ ...card, entry: 'result', ...result });
  // guard: doubt-in-history
  if (trace === undefined || (result !== undefined && !leavesDoubt.has(result.status))) return entries;
  const presumedElsewhere = isPresumedElsewhere(state, position);
  return [...entries, { ...card, entry: 'maybe', presumedElsewhere, correlationId: trace.maybe, updatedAt }];
}

const leavesDoubt: ReadonlySet<string> = new Set(['already_named', 'unresolved']);

/** Of the entries, those that `before` did not already have: what a worker that parks its chunk adds. */
export function newCardEntries(chunk: Chunk, before: ChunkState, after: ChunkState): CardEntry[] {
  const known = new Set(cardEntries(chunk, before).map(entryKey));
  return cardEntries(chunk, after).filter((entry) => !known.has(entryKey(entry)));
}

const entryKey = (entry: CardEntry): string =>
  entry.entry === 'maybe'
    ? `${entry.par} maybe ${entry.presumedElsewhere}`
    : `${entry.par} ${entry.entry} ${entry.redrive}`;

/**
 * What the histories of its cards must hold before a settled chunk is reopened: every result until now, which of the cards
 * are open again, and traces that their results had made superfluous.
 */
export function entriesOfReopening(chunk: Chunk, settled: ChunkState, reopened: ChunkState): CardEntry[] {
  const { ref, acceptedAt, expiresAt, corporation } = chunk;
  const { bizLicenseNo, registrationNumber } = corporation;
  const { redriven: redrive, updatedAt } = reopened;
  // A chunk is done only with the items of its cards written.
  const results = settled.stage === 'done' ? [] : cardEntries(chunk, settled);
  const traces = newCardEntries(chunk, settled, { ...reopened, updatedAt: settled.updatedAt });
  if (redrive === undefined) return [...results, ...traces];
  const { requestId, chunkNumber } = ref;
  const marks = chunk.pars.flatMap((par, position): CardEntry[] => {
    if (reopened.results.has(position)) return [];
    const card = { par, requestId, acceptedAt, expiresAt, bizLicenseNo, registrationNumber };
    return [{ ...card, entry: 'reopened', redrive, chunkNumber, updatedAt }];
  });
  // guard: redrive-marks
  return [...results, ...traces, ...marks];
}
