import type { JournalledCall } from './chunk-state.ts';
import { type ReadWord, readListing } from './listing.ts';
import type { CallOutcome, RecordedOutcome } from './ports.ts';
import type { Chunk } from './terms.ts';

/** A call's outcome as the ledger keeps it. A refusal is an answer: its code tells. */
export function recordedOutcome(
  outcome: CallOutcome,
  call: JournalledCall,
  chunk: Chunk,
  readWord: ReadWord,
): RecordedOutcome {
  if (outcome.kind === 'not_sent') return { name: 'not_sent', reason: outcome.reason };
  if (outcome.kind === 'found_named') return { name: 'not_sent', reason: 'inquiry_says_named' };
  const { httpStatus, code, description } = outcome;
  const said = { httpStatus, code, description };
  switch (outcome.kind) {
    case 'answered': {
      const listing = readListing(outcome.listed, call, chunk, readWord);
      const named = [...listing].flatMap(([position, { as }]) => (as === 'success' ? position : []));
      return { name: 'answered', reading: 'success', ...said, named };
    }
    case 'refused':
      return { name: 'answered', reading: outcome.meaning, ...said };
    case 'limited':
      return { name: 'unknown', reading: 'rate_limited', ...said, reason: 'http_429' };
    case 'unknown':
      return { name: 'unknown', reading: 'unclear', ...said, reason: outcome.reason };
    default:
      return outcome satisfies never;
  }
}

/** How many of the listed cards were not sent: a breach of contract, and otherwise ignored. */
export function listedButNotSent(outcome: CallOutcome, call: JournalledCall, chunk: Chunk): number {
  if (outcome.kind !== 'answered') return 0;
  const sent = new Set<string>(call.positions.map((position) => chunk.pars[position] ?? ''));
  return outcome.listed.filter(({ par }) => !sent.has(par)).length;
}
