import { describe, expect, it } from 'vitest';
import type { ChunkState } from '../../../shared/limit-increase/chunk-state.ts';
import { nextStep, oneCardOf } from '../../../shared/limit-increase/next-step.ts';
import { aCorrelationId, aState } from '../../support/builders.ts';

const now = 1_000_000;

/** Cards that each go alone, the first not before the first of the given times, and so on. */
function waiting(...notBefore: readonly number[]): ChunkState {
  const traces = notBefore.map(
    (at, position) => [position, { maybe: aCorrelationId(), doubt: 'unknown', tries: 1, notBefore: at }] as const,
  );
  const { plan } = aState();
  const alone = traces.map(([position]) => position);
  return aState(notBefore.length, { plan: { ...plan, pool: [], alone }, traces: new Map(traces) });
}

describe('what a chunk needs next', () => {
  it('asks for the first card whose time has come', () => {
    expect(nextStep(waiting(now + 1, now, now - 1), 100, now)).toEqual({ step: 'ask', positions: [1] });
  });

  it('waits for the card that is due first', () => {
    expect(nextStep(waiting(now + 300, now + 100, now + 200), 100, now)).toEqual({ step: 'wait', until: now + 100 });
  });

  it('is settled when no card is left in its plan', () => {
    expect(nextStep(waiting(), 100, now)).toEqual({ step: 'settled' });
  });

  it('probes with one card of what it would ask for, and leaves the rest as it is', () => {
    expect(oneCardOf(nextStep(aState(5), 100, now))).toEqual({ step: 'ask', positions: [0] });
    expect(oneCardOf({ step: 'wait', until: now })).toEqual({ step: 'wait', until: now });
    expect(oneCardOf({ step: 'settled' })).toEqual({ step: 'settled' });
  });
});
