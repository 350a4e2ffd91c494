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
  /** The platform's up time as of now: undefined while it is down, or if nobody knows how long it was. */
  readonly upTimeMs: number | undefined;
  readonly giveUpAfterMs: number;
  readonly now: Instant;
};

type GivenUp = { readonly state: ChunkState; readonly next: NextStep; readonly cards: number };

/**
 * A chunk that was tried long enough, and must wait again, gives up the cards that some call carried: whether it named
 * them, a person must find out. A card that no call ever carried stays open. Only the time in which the platform was up
 * counts, so an outage costs no card its chance.
 */
function givenUp({ state, next, upTimeMs, giveUpAfterMs, now }: GivingUp): GivenUp {
  const unchanged = { state, next, cards: 0 };
  const { triedSince } = state;
  if (next.step !== 'wait' || next.until <= now || upTimeMs === undefined || triedSince === undefined) return unchanged;
  if (upTimeMs - triedSince < giveUpAfterMs) return unchanged;
  const late = [...state.traces].filter(([position]) => !state.results.has(position));
  if (late.length === 0) return unchanged;
  const results = new Map<number, CardResult>(state.results);
  for (const [position, { maybe, listed }] of late)
    results.set(position, { status: 'unresolved', correlationId: listed?.correlationId ?? maybe, updatedAt: now });
  const plan = withoutCards(
    state.plan,
    late.map(([position]) => position),
  );
  const isSettled = plan.pool.length === 0 && plan.suspect.length === 0;
  const after = stampNewResults(state, { ...state, results, plan });
  return { state: after, next: isSettled ? { step: 'settled' } : next, cards: late.length };
}

type GiveUpDeps = Pick<SettleDeps, 'watch' | 'clock' | 'notify' | 'rules'>;

/** The same for a chunk that its worker holds, told to the outside. */
export function createGiveUp({ watch, clock, notify, rules }: GiveUpDeps) {
  return (chunk: Chunk, state: ChunkState, next: NextStep): GivenUp => {
    const { giveUpAfterMs } = rules;
    const after = givenUp({ state, next, upTimeMs: watch.upTimeMs(), giveUpAfterMs, now: clock() });
    if (after.cards > 0) notify({ notice: 'given_up', chunk: chunk.ref, cards: after.cards });
    return after;
  };
}
