import type { ChunkState, Positions } from './chunk-state.ts';

// Whether calls of a chunk that may have named a card most likely did not. KONA does not publish which cards of a refused
// list it names: none, all that are good, or those before the first fault. What became of the list's other cards tells.

/** The card was carried by refused lists only, and either of two observations speaks against their having named it. */
export function isPresumedElsewhere(state: ChunkState, position: number): boolean {
  if (state.traces.get(position)?.doubt !== 'refused_list') return false;
  const first = state.refusedLists.find((list) => list.includes(position));
  if (first === undefined) return false;
  // guard: only-fault
  if (isOnlyFault(state, first, position)) return true;
  // guard: nothing-committed
  return state.refusedLists.some((list) => committedNothing(state, list));
}

// Every other card of the list was named by a later call. So this card was the fault of the list, and was named before it.
const isOnlyFault = (state: ChunkState, list: Positions, position: number): boolean =>
  list.every((other) => other === position || isNamedLater(state, other));

// A card that stood before one that is refused alone was named by a later call. So the platform names neither all good cards
// of a refused list nor those before the first fault.
function committedNothing(state: ChunkState, list: Positions): boolean {
  const firstNamed = list.findIndex((position) => isNamedLater(state, position));
  if (firstNamed < 0) return false;
  return list.slice(firstNamed + 1).some((position) => refusedAlone.has(state.results.get(position)?.status ?? ''));
}

// A card that is open when its list is refused can only be named by a call that is sent afterwards: where the proof is the late
// record of a call that was believed lost, the list is not kept.
const isNamedLater = ({ results }: ChunkState, position: number): boolean => results.get(position)?.status === 'named';

const refusedAlone: ReadonlySet<string> = new Set(['not_found', 'already_named', 'rejected']);
