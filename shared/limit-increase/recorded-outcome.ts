import type { JournalledCall } from './chunk-state.ts';
import type { CallOutcome, RecordedOutcome } from './ports.ts';
import type { Chunk } from './terms.ts';

/** A call's outcome as the ledger keeps it. A refusal is an answer: its code tells. */
export function recordedOutcome(outcome: CallOutcome, call: JournalledCall, chunk: Chunk): RecordedOutcome {
  if (outcome.kind === 'not_sent') return { name: 'not_sent', reason: outcome.reason };
  if (outcome.kind === 'found_named') return { name: 'not_sent', reason: 'inquiry_says_named' };
  const { httpStatus, code, description } = outcome;
  const said = { httpStatus, code, description };
  switch (outcome.kind) {
    case 'answered':
      return { name: 'answered', ...said, listed: listedPositions(outcome.listed, call, chunk) };
    case 'refused':
      return { name: 'answered', ...said, reason: outcome.meaning };
    case 'unknown':
      return { name: 'unknown', ...said, reason: outcome.reason };
    default:
      return outcome satisfies never;
  }
}

function listedPositions(listed: readonly { par: string }[], call: JournalledCall, chunk: Chunk): number[] {
  const pars = new Set(listed.map(({ par }) => par));
  return call.positions.filter((position) => pars.has(chunk.pars[position] ?? ''));
}

/** How many of the listed cards were not sent: a breach of contract, and otherwise ignored. */
export function listedButNotSent(outcome: CallOutcome, call: JournalledCall, chunk: Chunk): number {
  if (outcome.kind !== 'answered') return 0;
  const sent = new Set<string>(call.positions.map((position) => chunk.pars[position] ?? ''));
  return outcome.listed.filter(({ par }) => !sent.has(par)).length;
}
