import { cutChunks } from '../../../shared/limit-increase/chunk.ts';
import type { ChunkState, JournalledCall } from '../../../shared/limit-increase/chunk-state.ts';
import { foldOutcome } from '../../../shared/limit-increase/journal.ts';
import { nextStep } from '../../../shared/limit-increase/next-step.ts';
import type { CallOutcome, RefusalMeaning } from '../../../shared/limit-increase/ports.ts';
import { corporation, parAt, rules } from './platform-model.ts';

// One chunk and what the pure journal makes of the outcomes of its calls.

export const refused = (meaning: RefusalMeaning, code: string): CallOutcome => ({
  ...{ kind: 'refused', meaning, code, description: `about ${code}`, httpStatus: 400, breaches: [] },
});

export const timedOut: CallOutcome = { kind: 'unknown', reason: 'timeout', breaches: [] };

export const unclear = (code: string): CallOutcome => ({
  ...{ kind: 'unknown', reason: 'unclear_code', httpStatus: 400, code, description: `about ${code}`, breaches: [] },
});

export const limited: CallOutcome = { kind: 'limited', httpStatus: 429, breaches: [] };

export const listing = (...cards: readonly (number | [number, string])[]): CallOutcome => ({
  ...{ kind: 'answered', httpStatus: 200, code: '000_000', breaches: [] },
  listed: cards.map((card) =>
    Array.isArray(card) ? { par: parAt(card[0]), returnMessage: card[1] } : { par: parAt(card) },
  ),
});

function aFreshChunk(cards: number) {
  const pars = Array.from({ length: cards }, (_, position) => parAt(position));
  const [stored] = cutChunks({ requestId: 'R', acceptedAt: 0, expiresAt: 0, corporation, pars, dueAt: 0 });
  if (stored === undefined) throw new Error('an order has cards');
  return stored;
}

/** A chunk of so many cards, and its state after these outcomes, each the answer to what the plan asks for next. */
export function chunkAfter(cards: number, ...outcomes: readonly CallOutcome[]) {
  const { chunk, state: fresh } = aFreshChunk(cards);
  let state = fresh;
  let before = state;
  let at = 0;
  const calls: JournalledCall[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const next = nextStep(state, 100, at);
    if (next.step === 'wait') at = next.until;
    const asked = nextStep(state, 100, at);
    if (asked.step !== 'ask') throw new Error(`nothing is asked for before outcome ${index}`);
    const call = { correlationId: `C${index}`, positions: asked.positions, startedAt: at };
    calls.push(call);
    before = state;
    state = foldOutcome({ ...state, inFlight: call }, { chunk, call, outcome, at }, rules);
  }
  return { chunk, state, before, at, calls, next: nextStep(state, 100, at) };
}

/** Which cards each call carried. */
export const carried = ({ calls }: { readonly calls: readonly JournalledCall[] }) =>
  calls.map(({ positions }) => positions);

export const statuses = (state: ChunkState): string[] =>
  [...state.results.entries()].sort(([a], [b]) => a - b).map(([position, { status }]) => `${position} ${status}`);
