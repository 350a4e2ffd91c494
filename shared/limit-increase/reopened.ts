import type { CardResult, CardTrace, ChunkState } from './chunk-state.ts';
import { countResults } from './counts.ts';
import { sendAlone } from './isolation.ts';
import { type FinalCardStatus, type Instant, type Redriving, redrivableStatuses } from './terms.ts';

/**
 * A settled chunk as a redrive reopens it: each card of the statuses that were asked for is asked for alone, and at once;
 * the others keep their results. Undefined if it holds no such card, or this redrive reopened it before.
 */
export function reopened(
  state: ChunkState,
  { number, statuses }: Pick<Redriving, 'number' | 'statuses'>,
  at: Instant,
): ChunkState | undefined {
  const { fence, stage, lostCalls, refusedLists, results, redriven = 0 } = state;
  // guard: redrive-statuses
  const asked: ReadonlySet<FinalCardStatus> = new Set(redrivableStatuses.filter((status) => statuses.includes(status)));
  const cards = [...results].flatMap(([position, { status }]) => (asked.has(status) ? position : []));
  if (stage === 'open' || redriven >= number || cards.length === 0) return undefined;
  const left = new Map([...results].filter(([position]) => !cards.includes(position)));
  return {
    // Whoever found the chunk settled, and comes late, must not take it for the one that he found.
    fence: fence + 1,
    dueAt: at,
    stage: 'open',
    // Nothing else is kept of what led to the results, so the time until a card is given up begins anew.
    // guard: redrive-time
    attempts: 0,
    // guard: redrive-lost-calls
    lostCalls,
    refusedLists,
    plan: sendAlone(
      state.plan,
      cards.sort((a, b) => a - b),
    ),
    traces: new Map([...state.traces].map(([position, trace]) => [position, beginAnew(trace, results.get(position))])),
    results: left,
    tallied: countResults(left.values()),
    redriven: number,
    reopenedAt: at,
    updatedAt: at,
  };
}

// What an earlier call may have done is known as before; only the waiting is over. The refusal that was confirmed has had
// its effect: after the redrive one alone is not believed because of it.
function beginAnew({ notBefore: _, refusal, ...trace }: CardTrace, result: CardResult | undefined): CardTrace {
  const isPending = result?.status === 'unresolved' && refusal !== undefined;
  return { ...trace, ...(isPending && { refusal }), tries: 0 };
}
