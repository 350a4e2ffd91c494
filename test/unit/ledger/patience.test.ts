import { describe, expect, it } from 'vitest';
import { createPatience } from '../../../shared/ledger/patience.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';

/** Tries until patience ends, each taking so long; how long the pauses were. */
async function pausesOf({ random = 0.5, tryMs = 0 }): Promise<number[]> {
  const clock = createFixedClock();
  const pauses: number[] = [];
  const pause = async (ms: number): Promise<void> => {
    pauses.push(ms);
    clock.advance(ms + tryMs);
  };
  const again = createPatience({ clock, random: () => random, pause })();
  while (await again()) expect(pauses.length).toBeLessThan(100);
  return pauses;
}

describe('patience', () => {
  it('pauses for a random part of a time that doubles up to half a second, nine times', async () => {
    expect(await pausesOf({ random: 0.5 })).toEqual([11, 21, 41, 81, 161, 251, 251, 251, 251]);
    expect(await pausesOf({ random: 0 })).toEqual(Array(9).fill(1));
  });

  it('ends after five seconds, however few tries that were', async () => {
    expect(await pausesOf({ tryMs: 2_600 })).toHaveLength(2);
  });
});
