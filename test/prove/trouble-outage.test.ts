import { expect, it } from 'vitest';
import { runKeys } from './trouble-keys.ts';
import { runOutageForm } from './trouble-outage.ts';
import { runUnclear } from './trouble-unclear.ts';

// Short forms of `npm run prove -- --trouble unclear`, `outage` and `keys`.

it.each([
  { as: 'order', cards: 100 },
  { as: 'order', cards: 250 },
  { as: 'file', cards: 2_000, midway: false },
  { as: 'file', cards: 2_000, midway: true },
] as const)('judges no card while every call is answered with an unclear 400: %o', async (setup) => {
  expect((await runUnclear(setup)).broken).toEqual([]);
});

it.each([
  'status_503_retry_after',
  'code_500',
  'time_out',
  'connection_refused',
  'unclear_400',
  'html_200',
  'html_403',
  'json_401',
] as const)('survives an outage of half an hour in the form %s with few calls', async (form) => {
  const verdict = await runOutageForm({ form, cards: 1_000, hours: 0.5, giveUpAfterHours: 0.25 });
  expect(verdict.broken).toEqual([]);
});

it.each(['status_429', 'status_429_retry_after'] as const)(
  'names all cards within five minutes after half an hour of %s',
  async (form) => {
    const verdict = await runOutageForm({ form, cards: 1_000, hours: 0.5, giveUpAfterHours: 72 });
    expect(verdict.broken).toEqual([]);
  },
);

it.each([{ chunks: 1 }, { chunks: 3 }, { chunks: 10, midway: true }])(
  'gives nothing up while the keys of its only corporation are dead: %o',
  async (setup) => {
    expect((await runKeys({ ...setup, hours: 5, giveUpAfterHours: 3 })).broken).toEqual([]);
  },
);
