import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../limit-increase/ports.ts';

// Two writers that meet at one item (a tally, mostly) make DynamoDB cancel one of them. It is repeated here, because the
// SDK does not, and only as often and as long as a worker can spare.

/** Waits before the next try. False: there is to be no further one. */
export type Patience = () => Promise<boolean>;

export type PatienceDeps = {
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly pause?: ((ms: number) => Promise<unknown>) | undefined;
};

const triesMax = 10;
const totalMsMax = 5_000;
const firstPauseMs = 20;
const pauseMsMax = 500;

/** Patience for one piece of work: up to 10 tries within 5 s, a random part of a doubling pause apart. */
export function createPatience({ clock, random, pause = setTimeout }: PatienceDeps): () => Patience {
  return () => {
    let tries = 1;
    let since: number | undefined;
    return async () => {
      since ??= clock();
      if (tries >= triesMax || clock() - since >= totalMsMax) return false;
      const ceilingMs = Math.min(pauseMsMax, firstPauseMs * 2 ** (tries - 1));
      tries += 1;
      // At least a millisecond: two who met would else meet again at once.
      await pause(1 + random() * ceilingMs);
      return true;
    };
  };
}
