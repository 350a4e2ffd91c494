import { expect, it } from 'vitest';
import { keysSetups, outageSetups, unclearSetups } from './short-troubles.ts';
import { runKeys } from './trouble-keys.ts';
import { runOutageForm } from './trouble-outage.ts';
import { runUnclear } from './trouble-unclear.ts';

it.each(unclearSetups)('judges no card while every call is answered with an unclear 400: %o', async (setup) => {
  expect((await runUnclear(setup)).broken).toEqual([]);
});

it.each(outageSetups)('survives an outage of half an hour with few calls, all named soon after: %o', async (setup) => {
  expect((await runOutageForm(setup)).broken).toEqual([]);
});

it.each(keysSetups)('gives nothing up while the keys of its only corporation are dead: %o', async (setup) => {
  expect((await runKeys(setup)).broken).toEqual([]);
});
