import type { CardTrace, ChunkState } from './chunk-state.ts';
import { countResults } from './counts.ts';
import { sendAlone } from './isolation.ts';
import type { Instant } from './terms.ts';

/**
 * A settled chunk as a redrive reopens it: each card that was given up is asked for alone, and at once; the others keep
 * their results. Undefined if it holds no such card, or this redrive reopened it before.
 */
export function reopened(state: ChunkState, redrive: number, at: Instant): ChunkState | undefined {
  const { fence, stage, lostCalls, refusedLists, results, redriven = 0 } = state;
  const givenUp = [...results].flatMap(([position, { status }]) => (status === 'unresolved' ? position : []));
  if (stage === 'open' || redriven >= redrive || givenUp.length === 0) return undefined;
  const left = new Map([...results].filter(([position]) => !givenUp.includes(position)));
  return {
    // Whoever found the chunk settled, and comes late, must not take it for the one that he found.
    fence: fence + 1,
    dueAt: at,
    stage: 'open',
    // Nothing else is kept of what led to giving up, so the time until that begins anew.
    attempts: 0,
    lostCalls,
    refusedLists,
    plan: sendAlone(
      state.plan,
      givenUp.sort((a, b) => a - b),
    ),
    traces: new Map([...state.traces].map(([position, trace]) => [position, waitingNoMore(trace)])),
    results: left,
    tallied: countResults(left.values()),
    redriven: redrive,
    reopenedAt: at,
    updatedAt: at,
  };
}

// What an earlier call may have done is known as before; only the waiting is over.
const waitingNoMore = ({ notBefore: _, ...trace }: CardTrace): CardTrace => ({ ...trace, tries: 0 });
