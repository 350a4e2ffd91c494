import type { ChunkState, Positions } from './chunk-state.ts';
import { type Judged, nextList } from './isolation.ts';
import type { Instant } from './terms.ts';

export type NextStep =
  | { readonly step: 'ask'; readonly positions: Positions }
  /** Every open card waits for its time. */
  | { readonly step: 'wait'; readonly until: Instant }
  | { readonly step: 'settled' };

/** What a chunk with no call in flight needs next. */
export function nextStep(state: ChunkState, parsPerCallMax: number, now: Instant): NextStep {
  const notBefore = (position: number): Instant => state.traces.get(position)?.notBefore ?? now;
  const positions = nextList(state.plan, judged(state), parsPerCallMax, (position) => notBefore(position) <= now);
  if (positions !== undefined) return { step: 'ask', positions };
  const { alone, repeat } = state.plan;
  if (alone.length + repeat.length === 0) return { step: 'settled' };
  const times = [...alone.map(notBefore), ...repeat.map((list) => Math.max(...list.map(notBefore)))];
  return { step: 'wait', until: Math.min(...times) };
}

/** A probe asks for one card alone: more would be at stake if the platform is still down. */
export const oneCardOf = (next: NextStep): NextStep =>
  next.step === 'ask' ? { step: 'ask', positions: next.positions.slice(0, 1) } : next;

function judged({ results }: ChunkState): Judged {
  let named = 0;
  for (const { status } of results.values()) if (status === 'named') named += 1;
  return { named, notNamed: results.size - named };
}
