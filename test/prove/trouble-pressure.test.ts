import { expect, it } from 'vitest';
import { pressureSetups } from './short-troubles.ts';
import { runPressure } from './trouble-pressure.ts';

it.each(pressureSetups)(
  'sends thirty lists whole under a rate limit, in at most twice the ideal time: %o',
  async (setup) => {
    expect((await runPressure(setup)).broken).toEqual([]);
  },
);
