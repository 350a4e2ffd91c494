import type { ChunkState } from './chunk-state.ts';
import type { CardEntry } from './ports.ts';
import type { Chunk } from './terms.ts';

/**
 * What the histories of a chunk's cards hold of it: a pure function of the chunk, so writing it again changes nothing.
 * A trace matters only while the card is open, or if it ended in doubt: any other end shows that the call did not name it,
 * or proves that one did.
 */
export function cardEntries(chunk: Chunk, state: ChunkState): CardEntry[] {
  const entries: CardEntry[] = [];
  for (const [position, par] of chunk.pars.entries()) {
    const result = state.results.get(position);
    const trace = state.traces.get(position);
    const { bizLicenseNo, registrationNumber } = chunk.corporation;
    const { requestId } = chunk.ref;
    const card = { par, requestId, acceptedAt: chunk.acceptedAt, bizLicenseNo, registrationNumber };
    if (result !== undefined) entries.push({ ...card, entry: 'result', ...result });
    if (trace === undefined || (result !== undefined && !leavesDoubt.has(result.status))) continue;
    const correlationId = trace.listed?.correlationId ?? trace.maybe;
    const { updatedAt } = state;
    entries.push({ ...card, entry: 'maybe', listed: trace.listed !== undefined, correlationId, updatedAt });
  }
  return entries;
}

const leavesDoubt: ReadonlySet<string> = new Set(['already_named', 'unresolved']);

/** Of the entries, those that `before` did not already have: what a worker that parks its chunk adds. */
export function newCardEntries(chunk: Chunk, before: ChunkState, after: ChunkState): CardEntry[] {
  const known = new Set(cardEntries(chunk, before).map(entryKey));
  return cardEntries(chunk, after).filter((entry) => !known.has(entryKey(entry)));
}

const entryKey = (entry: CardEntry): string =>
  entry.entry === 'maybe' ? `${entry.par} maybe ${entry.listed}` : entry.par;
