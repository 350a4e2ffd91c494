import type { Plan, Positions } from './chunk-state.ts';

// A refused list does not say which card was at fault, and only a card that was sent alone may be judged. So a refused
// list is halved until one card stands alone, the halves that go through are settled on the way, and what was not asked
// for returns to the pool (nested group testing). The pool is then asked for in lists whose length follows from the
// faults found so far: about as long as has an even chance of holding none.
//
// Where a refused list names its good cards nevertheless, every later list is refused and only sending each card alone
// helps. `credit` bounds what is wasted until then: it starts at 12, a refused list takes 1, a list that settles n cards
// gives n - 1. It follows that n cards never take more than n + 12 calls, whichever way the platform refuses a list, as
// long as each call is answered and every listed card counts.

const startingCredit = 12;

/** How the cards judged alone stood: sets the length of the next list. */
export type Judged = { readonly named: number; readonly notNamed: number };

export const planFor = (cards: number): Plan => ({
  pool: Array.from({ length: cards }, (_, position) => position),
  suspect: [],
  repeat: [],
  alone: [],
  credit: startingCredit,
});

/** The positions to send next, at most `parsPerCallMax`; undefined if nothing may be sent now. `ready` tells whether a card that goes alone may be sent yet. */
export function nextList(
  plan: Plan,
  judged: Judged,
  parsPerCallMax: number,
  ready: (position: number) => boolean,
): Positions | undefined {
  const listMax = plan.credit > 0 ? parsPerCallMax : 1;
  if (plan.suspect.length > 0) return plan.suspect.slice(0, Math.min(Math.ceil(plan.suspect.length / 2), listMax));
  if (plan.pool.length > 0) return plan.pool.slice(0, Math.min(groupSize(plan, judged), listMax));
  const [again] = plan.repeat;
  if (again !== undefined) return again.slice(0, parsPerCallMax);
  const alone = plan.alone.find(ready);
  return alone === undefined ? undefined : [alone];
}

// The constants were found by counting calls over all placements of one and two faults among 100 cards (at most 15 and
// 23 calls) and over random ones of up to ten: each average is below 1.25 × log2 of the possible placements, plus 3. No list is longer than the credit lets it be halved to the end.
function groupSize(plan: Plan, { named, notNamed }: Judged): number {
  if (notNamed === 0) return plan.pool.length;
  const evenChance = (0.77 * (named + notNamed + 7)) / (notNamed + 0.5);
  return Math.min(2 ** Math.round(Math.log2(evenChance)), 2 ** plan.credit);
}

/** Cards that are settled leave the plan. A list that settled more than one card earns credit. */
export function settled(plan: Plan, positions: Positions): Plan {
  return { ...withoutCards(plan, positions), credit: plan.credit + Math.max(0, positions.length - 1) };
}

/** A card sent alone was refused. What was suspected with it may be innocent: it returns to the pool. */
export function faultFound(plan: Plan, position: number): Plan {
  const rest = withoutCards(plan, [position]);
  return plan.suspect.includes(position) ? { ...rest, pool: [...rest.suspect, ...rest.pool], suspect: [] } : rest;
}

/** These cards can only be asked for one by one from now on, after those that already wait for it. */
export function sendAlone(plan: Plan, positions: Positions): Plan {
  const rest = withoutCards(plan, positions);
  return { ...rest, alone: [...rest.alone, ...positions] };
}

/** A list of more than one card was refused. A list that was sent twice already goes alone. */
export function listRefused(plan: Plan, list: Positions): Plan {
  if (isRepeat(plan, list)) return sendAlone(plan, list);
  const rest = withoutCards(plan, list);
  return {
    ...rest,
    pool: [...rest.suspect, ...rest.pool],
    suspect: list,
    credit: plan.credit - 1,
  };
}

/** The fate of these cards is not known. A list is sent once more as it was, then each of its cards goes alone. */
export function listUnknown(plan: Plan, list: Positions): Plan {
  if (list.length === 1 || isRepeat(plan, list)) return sendAlone(plan, list);
  const rest = withoutCards(plan, list);
  // What is left of a suspect list may no longer hold the card at fault: it is nothing but a part of the pool.
  return { ...rest, pool: [...rest.suspect, ...rest.pool], suspect: [], repeat: [...rest.repeat, list] };
}

const isRepeat = (plan: Plan, list: Positions): boolean =>
  plan.repeat.some((repeated) => repeated.some((position) => list.includes(position)));

/** These cards are not asked for any more. */
export function withoutCards(plan: Plan, positions: Positions): Plan {
  const taken = new Set(positions);
  const left = (from: Positions): Positions => from.filter((position) => !taken.has(position));
  return {
    pool: left(plan.pool),
    suspect: left(plan.suspect),
    repeat: plan.repeat.map(left).filter((list) => list.length > 0),
    alone: left(plan.alone),
    credit: plan.credit,
  };
}
