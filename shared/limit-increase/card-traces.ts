import { type BackoffMs, backoffAfter } from './backoff.ts';
import {
  type CardTrace,
  type ChunkState,
  type Doubt,
  doubts,
  type JournalledCall,
  type KonaWords,
} from './chunk-state.ts';
import type { Instant } from './terms.ts';

// What calls leave behind for a card that they did not settle.

/** After a call that may have named the card. Only an unknown end voids a refusal that waits for its confirmation. */
export function doubtfulTrace(
  trace: CardTrace | undefined,
  call: JournalledCall,
  doubt: Doubt,
  said?: KonaWords,
): CardTrace {
  const before = trace ?? { maybe: call.correlationId, doubt, tries: 0 };
  const gravest = doubts.indexOf(doubt) > doubts.indexOf(before.doubt) ? doubt : before.doubt;
  const refusal = doubt === 'unknown' ? undefined : before.refusal;
  return { ...before, doubt: gravest, refusal, said: said ?? before.said };
}

type Listing = {
  /** The word of a listed card that is no success; undefined: the card was missing in the list. */
  readonly word: string | undefined;
  readonly at: Instant;
  readonly backoffMs: BackoffMs;
};

/** A 200 did not settle the card: it was missing in the list, or listed with a word that is not known. */
export function listingTrace(
  trace: CardTrace | undefined,
  call: JournalledCall,
  { word, at, backoffMs }: Listing,
): CardTrace {
  const doubtful = doubtfulTrace(trace, call, 'unknown');
  const listed = word === undefined ? doubtful.listed : { correlationId: call.correlationId, returnMessage: word };
  return call.positions.length > 1 ? { ...doubtful, listed } : { ...again(doubtful, at, backoffMs), listed };
}

/** Sent in a single-card call and still open: the next try waits longer each time. */
export function again(trace: CardTrace, at: Instant, backoffMs: BackoffMs): CardTrace {
  const tries = trace.tries + 1;
  return { ...trace, tries, notBefore: at + backoffAfter(backoffMs, tries) };
}

/** The word that is not known as success, if a single-card call was just answered with it for the second time. */
export function unknownWordTwice(before: ChunkState, after: ChunkState, call: JournalledCall): string | undefined {
  const [alone] = call.positions;
  if (alone === undefined || call.positions.length > 1) return undefined;
  const [earlier, later] = [before.traces.get(alone), after.traces.get(alone)];
  if (earlier === undefined || earlier.tries < 1 || after.results.has(alone)) return undefined;
  const said = later?.listed?.correlationId === call.correlationId ? later.listed.returnMessage : undefined;
  return said === earlier.listed?.returnMessage ? said : undefined;
}
