import { runAttributionCases } from './attribution-cases.ts';
import { runHistories } from './attribution-run.ts';
import { corporationRefusals, runCorporation } from './trouble-corporation.ts';
import { runKeys } from './trouble-keys.ts';
import { runLone } from './trouble-lone.ts';
import { outageForms, runOutageForm } from './trouble-outage.ts';
import { poisons, runPoison } from './trouble-poison.ts';
import { runPressure } from './trouble-pressure.ts';
import { runUnclear } from './trouble-unclear.ts';
import { printVerdict, type TroubleVerdict } from './trouble-verdict.ts';

// npm run prove -- --trouble NAME: the long forms, one after the other. What they draw follows from --seed.

export type TroubleOptions = {
  readonly seed: number;
  /** Of random histories. */
  readonly histories: number;
  /** Only runs whose description holds it. */
  readonly only: string;
};

type Planned = { readonly run: string; readonly start: () => Promise<TroubleVerdict> };

const keysOf = <Key extends string>(of: Readonly<Record<Key, unknown>>): Key[] => Object.keys(of) as Key[];
const cross = <A, B>(ones: readonly A[], others: readonly B[]): [A, B][] =>
  ones.flatMap((one) => others.map((other): [A, B] => [one, other]));

function planOf<Setup extends object>(
  run: (setup: Setup) => Promise<TroubleVerdict>,
  setups: readonly Setup[],
): Planned[] {
  return setups.map((setup) => ({ run: `${run.name} ${JSON.stringify(setup)}`, start: () => run(setup) }));
}

const historiesAtOnce = 1_000;

const troubles: Readonly<Record<string, (options: TroubleOptions) => Planned[]>> = {
  unclear: ({ seed }) =>
    planOf(runUnclear, [
      ...[1, 100, 250].map((cards) => ({ as: 'order', cards, seed }) as const),
      ...[false, true].map((midway) => ({ as: 'file', cards: 10_000, midway, seed }) as const),
    ]),
  poison: ({ seed }) =>
    planOf(
      runPoison,
      cross(keysOf(poisons), cross([3, 10, 30], ['together', 'burst', 'spread'] as const)).map(
        ([poison, [orders, placed]]) => ({ poison, orders, placed, owners: 'each', seed }) as const,
      ),
    ),
  corporation: ({ seed }) =>
    planOf(
      runCorporation,
      keysOf(corporationRefusals).map((refusal) => ({ refusal, seed })),
    ),
  keys: ({ seed }) =>
    planOf(runKeys, [
      ...[1, 2, 3, 10, 30].map((chunks) => ({ chunks, seed })),
      ...[10, 30].map((chunks) => ({ chunks, midway: true, seed })),
    ]),
  outage: ({ seed }) =>
    planOf(
      runOutageForm,
      cross(keysOf(outageForms), [true, false]).map(([form, stream]) => {
        // Under a 429 the circuit is closed, so its time counts towards giving up.
        return { form, stream, giveUpAfterHours: form.startsWith('status_429') ? 72 : 1, seed };
      }),
    ),
  pressure: ({ seed }) =>
    planOf(
      runPressure,
      cross(
        ['file', 'orders'] as const,
        cross([10, 5], cross(['fixed', 'sliding', 'bucket'] as const, [true, false])),
      ).map(([as, [calls, [window, retryAfter]]]) => ({ as, calls, window, retryAfter, seed })),
    ),
  lone: ({ seed }) =>
    planOf(
      runLone,
      cross(['code_500', 'html_500', 'unclear_400', 'time_out'] as const, [0, 1, 2, 25, 49, 50, 51, 75, 98, 99]).map(
        ([poison, position]) => ({ poison, position, seed }),
      ),
    ),
  attribution: ({ seed, histories }) => [
    { run: 'runAttributionCases', start: () => runAttributionCases(true) },
    ...Array.from({ length: Math.ceil(histories / historiesAtOnce) }, (_, index) => {
      const first = seed + index * historiesAtOnce;
      const count = Math.min(historiesAtOnce, histories - index * historiesAtOnce);
      return { run: `runHistories ${first} ${count}`, start: () => runHistories(first, count) };
    }),
  ],
};

/** False if an expectation was broken. */
export async function runTrouble(name: string, options: TroubleOptions): Promise<boolean> {
  const names = name === 'all' ? Object.keys(troubles) : [name];
  let held = true;
  for (const one of names) {
    const plan = troubles[one];
    if (plan === undefined)
      throw new Error(`--trouble ${one}: expected one of ${Object.keys(troubles).join(', ')}, all`);
    for (const { run, start } of plan(options)) {
      if (!run.includes(options.only)) continue;
      const verdict = await start();
      printVerdict(verdict, console.log);
      held &&= verdict.broken.length === 0;
    }
  }
  return held;
}
