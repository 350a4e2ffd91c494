import type { CardResult, ChunkState } from './chunk-state.ts';
import { withoutCards } from './isolation.ts';
import type { NextStep } from './next-step.ts';
import type { SettleDeps } from './settle-deps.ts';
import { stampNewResults } from './stamp-results.ts';
import type { Chunk, Instant } from './terms.ts';

type GivingUp = {
  readonly state: ChunkState;
  /** What the chunk would do next. */
  readonly next: NextStep;
  /** Of the chunk's cards, how many there are. */
  readonly cards: number;
  readonly giveUpAfterMs: number;
  readonly now: Instant;
};

type GivenUp = { readonly state: ChunkState; readonly next: NextStep; readonly cards: number };

/**
 * A chunk that was tried long enough, and must wait again, gives up the cards that some call carried: whether it named
 * them, a person must find out. A card that no call ever carried stays open.
 */
function givenUp({ state, next, cards, giveUpAfterMs, now }: GivingUp): GivenUp {
  const unchanged = { state, next, cards: 0 };
  const triedMs = state.tried?.ms ?? 0;
  // guard: give-up-time
  if (next.step !== 'wait' || next.until <= now || triedMs < giveUpAfterMs) return unchanged;
  // guard: give-up-carried
  const late = [...state.traces].filter(([position]) => !state.results.has(position));
  if (late.length === 0) return unchanged;
  const results = new Map<number, CardResult>(state.results);
  for (const [position, { maybe, said }] of late)
    results.set(position, { status: 'unresolved', ...said, correlationId: maybe, updatedAt: now });
  const plan = withoutCards(
    state.plan,
    late.map(([position]) => position),
  );
  const isSettled = results.size === cards;
  const after = stampNewResults(state, { ...state, results, plan });
  return { state: after, next: isSettled ? { step: 'settled' } : next, cards: late.length };
}

type GiveUpDeps = Pick<SettleDeps, 'clock' | 'notify' | 'rules'>;

/** The same for a chunk that its worker holds, told to the outside. */
export function createGiveUp({ clock, notify, rules }: GiveUpDeps) {
  return (chunk: Chunk, state: ChunkState, next: NextStep): GivenUp => {
    const { giveUpAfterMs } = rules;
    const after = givenUp({ state, next, cards: chunk.pars.length, giveUpAfterMs, now: clock() });
    if (after.cards > 0) notify({ notice: 'given_up', chunk: chunk.ref, cards: after.cards });
    return after;
  };
}
