import { type BackoffMs, backoffAfter } from './backoff.ts';
import type { CardTrace, ChunkState, JournalledCall } from './chunk-state.ts';
import type { Instant } from './terms.ts';

// What calls leave behind for a card that they did not settle.

/** A list that carried the card was refused: nobody says whether the platform named it before it came to the fault. */
export const refusedListTrace = (call: JournalledCall): CardTrace => ({
  maybe: call.correlationId,
  unknown: false,
  tries: 0,
});

/** A refusal that waited for its confirmation is void: what came in between may have named the card. */
export function unknownTrace(trace: CardTrace | undefined, call: JournalledCall): CardTrace {
  return { ...(trace ?? refusedListTrace(call)), unknown: true, refusal: undefined };
}

/** A 200 did not settle the card: it was missing in the list, or `strange` was said of it. */
export function listingTrace(
  trace: CardTrace | undefined,
  call: JournalledCall,
  { strange, at, backoffMs }: { strange: string | undefined; at: Instant; backoffMs: BackoffMs },
): CardTrace {
  const unknown = unknownTrace(trace, call);
  const listed = strange === undefined ? unknown.listed : { correlationId: call.correlationId, returnMessage: strange };
  return call.positions.length > 1 ? { ...unknown, listed } : { ...again(unknown, at, backoffMs), listed };
}

/** Sent alone and still open: the next try waits longer each time. */
export function again(trace: CardTrace, at: Instant, backoffMs: BackoffMs): CardTrace {
  const tries = trace.tries + 1;
  return { ...trace, tries, notBefore: at + backoffAfter(backoffMs, tries) };
}

/** The word that is not known as success, if it was just said of a card alone for the second time. */
export function strangeWordTwice(before: ChunkState, after: ChunkState, call: JournalledCall): string | undefined {
  const [alone] = call.positions;
  if (alone === undefined || call.positions.length > 1) return undefined;
  const [earlier, later] = [before.traces.get(alone), after.traces.get(alone)];
  if (earlier === undefined || earlier.tries < 1 || after.results.has(alone)) return undefined;
  const said = later?.listed?.correlationId === call.correlationId ? later.listed.returnMessage : undefined;
  return said === earlier.listed?.returnMessage ? said : undefined;
}
