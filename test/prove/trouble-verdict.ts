// What a trouble run shows: figures for people, and the expectations that did not hold.

export type TroubleVerdict = {
  /** Names the run and all that was varied in it. */
  readonly run: string;
  readonly figures: Readonly<Record<string, number | string>>;
  /** In words; none if every expectation held. */
  readonly broken: readonly string[];
};

export function createExpectations() {
  const broken: string[] = [];
  return {
    broken,
    atMost(what: string, found: number, bound: number): void {
      if (!(found <= bound)) broken.push(`${what}: ${shown(found)}, expected at most ${shown(bound)}`);
    },
    atLeast(what: string, found: number, bound: number): void {
      if (!(found >= bound)) broken.push(`${what}: ${shown(found)}, expected at least ${shown(bound)}`);
    },
    holds(what: string, isSo: boolean): void {
      if (!isSo) broken.push(what);
    },
    violations(found: readonly string[]): void {
      const [first] = found;
      if (first !== undefined) broken.push(`${found.length} violations, the first: ${first}`);
    },
  };
}

export function printVerdict({ run, figures, broken }: TroubleVerdict, print: (line: string) => void): void {
  const shownFigures = Object.entries(figures).map(([name, value]) => `${name} ${shown(value)}`);
  print(`${broken.length === 0 ? 'held  ' : 'BROKEN'} ${run}: ${shownFigures.join(', ')}`);
  for (const what of broken) print(`         BROKEN: ${what}`);
}

const shown = (value: number | string): string =>
  typeof value === 'number' && !Number.isInteger(value) && Number.isFinite(value) ? value.toFixed(1) : `${value}`;
