import { runAttributionCases } from './attribution-cases.ts';
import { runHistories } from './attribution-run.ts';
import { runCorporation } from './trouble-corporation.ts';
import { runKeys } from './trouble-keys.ts';
import { runLone } from './trouble-lone.ts';
import { runOutageForm } from './trouble-outage.ts';
import { runPoison } from './trouble-poison.ts';
import { runPressure } from './trouble-pressure.ts';
import { runUnclear } from './trouble-unclear.ts';
import type { TroubleVerdict } from './trouble-verdict.ts';

// Short forms of `npm run prove -- --trouble`: for `npm test`, and for a search that takes guards out.

export const unclearSetups = [
  { as: 'order', cards: 100 },
  { as: 'order', cards: 250 },
  { as: 'file', cards: 2_000, midway: false },
  { as: 'file', cards: 2_000, midway: true },
] as const;

const lasting = [
  'status_503_retry_after',
  'code_500',
  'time_out',
  'connection_refused',
  'unclear_400',
  'html_200',
  'html_403',
  'json_401',
] as const;
const limiting = ['status_429', 'status_429_retry_after'] as const;

export const outageSetups = [
  ...lasting.map((form) => ({ form, cards: 1_000, hours: 0.5, giveUpAfterHours: 0.25 })),
  // The circuit is closed meanwhile, so this time counts towards giving up.
  ...limiting.map((form) => ({ form, cards: 1_000, hours: 0.5, giveUpAfterHours: 72 })),
];

export const keysSetups = [{ chunks: 1 }, { chunks: 3 }, { chunks: 10, midway: true }].map((setup) => ({
  ...setup,
  ...{ hours: 5, giveUpAfterHours: 3 },
}));

export const poisonSetups = (
  [
    { poison: 'code_500', orders: 30, placed: 'together' },
    { poison: 'html_500', orders: 10, placed: 'burst' },
    { poison: 'time_out', orders: 30, placed: 'burst' },
    { poison: 'unclear_400', orders: 3, placed: 'together' },
  ] as const
).map((setup) => ({ ...setup, owners: 'each' as const, hours: 3 }));

export const corporationSetups = (['html_403', 'json_401', 'par_token_400'] as const).map((refusal) => ({
  refusal,
  ...{ hours: 12, giveUpAfterHours: 5 },
}));

export const loneSetups = [
  { poison: 'code_500', position: 0 },
  { poison: 'code_500', position: 1 },
  { poison: 'unclear_400', position: 50 },
  { poison: 'time_out', position: 1 },
  { poison: 'time_out', position: 99 },
] as const;

export const pressureSetups = [
  { as: 'file', calls: 10, window: 'fixed', retryAfter: true },
  { as: 'file', calls: 5, window: 'sliding', retryAfter: false },
  { as: 'orders', calls: 10, window: 'sliding', retryAfter: false },
  { as: 'orders', calls: 5, window: 'bucket', retryAfter: true },
] as const;

export const shortTroubles: readonly (() => Promise<TroubleVerdict>)[] = [
  () => runAttributionCases(),
  () => runHistories(1, 150),
  ...unclearSetups.map((setup) => () => runUnclear(setup)),
  ...loneSetups.map((setup) => () => runLone(setup)),
  ...pressureSetups.map((setup) => () => runPressure(setup)),
  ...outageSetups.map((setup) => () => runOutageForm(setup)),
  ...keysSetups.map((setup) => () => runKeys(setup)),
  ...poisonSetups.map((setup) => () => runPoison(setup)),
  ...corporationSetups.map((setup) => () => runCorporation(setup)),
];
