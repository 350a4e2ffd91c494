import type { Plan, Positions } from './chunk-state.ts';

// A refused list does not say which card was at fault, and only a single-card call may judge a card. So a refused
// list is halved until one card stands alone, the halves that go through are settled on the way, and what was not asked
// for returns to the pool (nested group testing). The pool is then asked for in lists whose length follows from the
// faults found so far: about as long as has an even chance of holding none.
//
// A list that fails unclearly says nothing of its cards: the platform may be in trouble. It is repeated as it was; if it
// fails again, one of its cards is tried alone. Only when some call is answered can the cards be at fault. From then on
// lists of this chunk that fail unclearly are halved as refused ones are.
//
// Where a refused list names its good cards nevertheless, every later list is refused and only sending each card alone
// helps. `credit` bounds what is wasted until then: it starts at 12, a list that fails takes 1, a list that settles n cards
// gives n - 1. It follows that n cards never take more than n + 12 calls, whichever way the platform refuses a list, as
// long as each call is answered and every listed card counts.

const startingCredit = 12;

/** How the cards judged alone stood: sets the length of the next list. */
export type Judged = { readonly named: number; readonly notNamed: number };

export const planFor = (cards: number): Plan => ({
  pool: Array.from({ length: cards }, (_, position) => position),
  suspect: [],
  repeat: [],
  stuck: [],
  alone: [],
  splits: false,
  credit: startingCredit,
});

/**
 * The positions to send next, at most `parsPerCallMax`; undefined if nothing may be sent now. `ready` tells whether a card
 * that waits for its time may be sent yet.
 */
export function nextList(
  plan: Plan,
  judged: Judged,
  parsPerCallMax: number,
  ready: (position: number) => boolean,
): Positions | undefined {
  const [probed] = plan.stuck;
  if (probed !== undefined) return probed.slice(0, 1);
  const again = plan.repeat.find((list) => list.every(ready));
  if (again !== undefined) return again.slice(0, parsPerCallMax);
  const listMax = plan.credit > 0 ? parsPerCallMax : 1;
  if (plan.suspect.length > 0) return plan.suspect.slice(0, Math.min(Math.ceil(plan.suspect.length / 2), listMax));
  if (plan.pool.length > 0) return plan.pool.slice(0, Math.min(groupSize(plan, judged), listMax));
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

/** A single-card call was refused. What was suspected with the card may be innocent: it returns to the pool. */
export function faultFound(plan: Plan, position: number): Plan {
  const rest = withoutCards(plan, [position]);
  return plan.suspect.includes(position) ? { ...rest, pool: [...rest.suspect, ...rest.pool], suspect: [] } : rest;
}

/** These cards can only be asked for one by one from now on, after those that already wait for it. */
export function sendAlone(plan: Plan, positions: Positions): Plan {
  const rest = withoutCards(plan, positions);
  return { ...rest, alone: [...rest.alone, ...positions] };
}

/** A list of more than one card was refused. */
export function listRefused(plan: Plan, list: Positions): Plan {
  const rest = withoutCards(plan, list);
  return { ...rest, pool: [...rest.suspect, ...rest.pool], suspect: list, credit: plan.credit - 1 };
}

/** The list is asked once more as it is. */
export function askAgain(plan: Plan, list: Positions): Plan {
  const rest = withoutCards(plan, list);
  return { ...rest, repeat: [...rest.repeat, list] };
}

/** A call failed unclearly. */
export function callFailed(plan: Plan, list: Positions): Plan {
  const [position] = list;
  if (position !== undefined && list.length === 1) return cardFailed(plan, position);
  // guard: unsplit-list
  if (plan.splits) return listRefused(plan, list);
  // What is left of a suspect list may no longer hold the card at fault: it is nothing but a part of the pool.
  const rest = withoutCards(plan, list);
  const asked = { ...rest, pool: [...rest.suspect, ...rest.pool], suspect: [] };
  return isRepeat(plan, list) ? { ...asked, stuck: [...asked.stuck, list] } : askAgain(asked, list);
}

// A card stays with its list as long as no answer tells that the platform works: that it fails is not the card's fault yet.
// Another one is tried next.
function cardFailed(plan: Plan, position: number): Plan {
  const behind = (list: Positions): Positions =>
    list.includes(position) ? [...list.filter((one) => one !== position), position] : list;
  const isListed = [...plan.repeat, ...plan.stuck].some((list) => list.includes(position));
  // guard: probe-stays-with-list
  if (!isListed && (plan.splits || !plan.pool.includes(position)))
    return sendAlone(faultFound(plan, position), [position]);
  return { ...plan, pool: behind(plan.pool), repeat: plan.repeat.map(behind), stuck: plan.stuck.map(behind) };
}

/** Some call was answered since the first failure: it is not the platform that fails, so lists may be split. */
export function splitAllowed(plan: Plan): Plan {
  if (plan.splits) return plan;
  const asked = [...plan.stuck, ...plan.repeat].flat();
  return { ...plan, pool: [...asked, ...plan.pool], stuck: [], repeat: [], splits: true };
}

const isRepeat = (plan: Plan, list: Positions): boolean =>
  plan.repeat.some((repeated) => repeated.some((position) => list.includes(position)));

/** These cards are not asked for any more. */
export function withoutCards(plan: Plan, positions: Positions): Plan {
  const taken = new Set(positions);
  const left = (from: Positions): Positions => from.filter((position) => !taken.has(position));
  const lists = (from: readonly Positions[]) => from.map(left).filter((list) => list.length > 0);
  return {
    ...plan,
    pool: left(plan.pool),
    suspect: left(plan.suspect),
    repeat: lists(plan.repeat),
    stuck: lists(plan.stuck),
    alone: left(plan.alone),
  };
}
