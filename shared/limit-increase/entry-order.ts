import type { CardEntry } from './ports.ts';

/** The newest acceptance first; of one request the newest redrive first, its result before its beginning; last the trace of a call. */
export function newestFirst(a: CardEntry, b: CardEntry): number {
  if (a.acceptedAt !== b.acceptedAt) return b.acceptedAt - a.acceptedAt;
  if (a.requestId !== b.requestId) return a.requestId < b.requestId ? 1 : -1;
  return rankOf(b) - rankOf(a);
}

/** Of the entries of one request, those that come first. */
export function newestOf(entries: readonly CardEntry[]): CardEntry[] {
  const newest = Math.max(...entries.map(rankOf));
  return entries.filter((entry) => rankOf(entry) === newest);
}

// Results of before redrives were numbered have no number, also those that followed an `unresolved`.
function rankOf(entry: CardEntry): number {
  const { redrive = 0 } = entry;
  if (entry.entry === 'maybe') return -1;
  if (entry.entry === 'reopened') return 3 * redrive;
  return 3 * redrive + (entry.status === 'unresolved' ? 1 : 2);
}
