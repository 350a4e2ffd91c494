import { expect, it } from 'vitest';
import { corporationSetups, loneSetups, poisonSetups } from './short-troubles.ts';
import { runCorporation } from './trouble-corporation.ts';
import { runLone } from './trouble-lone.ts';
import { runPoison } from './trouble-poison.ts';

it.each(poisonSetups)('answers healthy orders at once beside cards that always fail: %o', async (setup) => {
  expect((await runPoison(setup)).broken).toEqual([]);
});

it.each(corporationSetups)(
  'answers healthy orders at once beside a corporation that is always refused: %o',
  async (setup) => {
    expect((await runCorporation(setup)).broken).toEqual([]);
  },
);

it.each(loneSetups)('names the 99 other cards of a lone order within 15 minutes: %o', async (setup) => {
  expect((await runLone(setup)).broken).toEqual([]);
});
