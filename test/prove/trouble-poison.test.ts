import { expect, it } from 'vitest';
import { runCorporation } from './trouble-corporation.ts';
import { runLone } from './trouble-lone.ts';
import { runPoison } from './trouble-poison.ts';

// Short forms of `npm run prove -- --trouble poison`, `corporation` and `lone`.

it.each([
  { poison: 'code_500', orders: 30, placed: 'together' },
  { poison: 'html_500', orders: 10, placed: 'burst' },
  { poison: 'time_out', orders: 30, placed: 'burst' },
  { poison: 'unclear_400', orders: 3, placed: 'together' },
] as const)('answers healthy orders at once beside cards that always fail: %o', async (setup) => {
  expect((await runPoison({ ...setup, owners: 'each', hours: 3 })).broken).toEqual([]);
});

it.each(['html_403', 'json_401', 'par_token_400'] as const)(
  'answers healthy orders at once beside a corporation that is always refused: %s',
  async (refusal) => {
    expect((await runCorporation({ refusal, hours: 12, giveUpAfterHours: 5 })).broken).toEqual([]);
  },
);

it.each([
  { poison: 'code_500', position: 0 },
  { poison: 'code_500', position: 1 },
  { poison: 'unclear_400', position: 50 },
  { poison: 'time_out', position: 1 },
  { poison: 'time_out', position: 99 },
] as const)('names the 99 other cards of a lone order within 15 minutes: %o', async (setup) => {
  expect((await runLone(setup)).broken).toEqual([]);
});
