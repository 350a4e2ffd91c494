// What a bench measures, and how it is told. A figure that depends on the machine is held against a reference that
// is measured in the same run, in turns with it: both meet the same noise, and only their ratio is worth keeping.

export type Spread = { readonly middle: number; readonly low: number; readonly high: number };

export type Figure = {
  readonly what: string;
  /** Of `ours` and `reference`; `ratio` has none. */
  readonly unit: string;
  readonly ours: Spread;
  readonly reference?: Spread | undefined;
  /** Ours by the reference's. */
  readonly ratio?: Spread | undefined;
};

/** `rounds`: how often what is timed is measured, besides a first time that does not count. */
export type Bench = (rounds: number) => AsyncIterable<Figure>;

/** Answers in units a second. */
type Measure = () => Promise<number>;

export type Comparison = {
  readonly what: string;
  readonly unit: string;
  readonly ours: Measure;
  readonly reference: Measure;
};

export type Pair = { readonly ours: number; readonly reference: number };

/** Measures in turns: ours, the reference, ours, the reference, … Each ratio is of two neighbours. */
export async function compare({ what, unit, ours, reference }: Comparison, rounds: number): Promise<Figure> {
  const pairs: Pair[] = [];
  for (let round = 0; round <= rounds; round += 1) pairs.push({ ours: await ours(), reference: await reference() });
  return ratioOf({ what, unit }, pairs.slice(1));
}

/** The figure of what was measured in turns: each ratio is of a pair. */
export const ratioOf = (of: Pick<Figure, 'what' | 'unit'>, pairs: readonly Pair[]): Figure => ({
  ...of,
  ours: spreadOf(pairs.map((pair) => pair.ours)),
  reference: spreadOf(pairs.map((pair) => pair.reference)),
  ratio: spreadOf(pairs.map((pair) => pair.ours / pair.reference)),
});

/** A figure that comes out the same every time. */
export const exactly = (what: string, unit: string, value: number): Figure => ({ what, unit, ours: always(value) });

export const always = (value: number): Spread => ({ middle: value, low: value, high: value });

/** How many a second, of so many that `work` does. */
export async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return count / ((performance.now() - startedAt) / 1_000);
}

/** Median, least and most. */
function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = (at(Math.floor((sorted.length - 1) / 2)) + at(Math.ceil((sorted.length - 1) / 2))) / 2;
  return { middle, low: at(0), high: at(sorted.length - 1) };
}
