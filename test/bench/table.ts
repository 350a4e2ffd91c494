import type { Figure, Spread } from './harness.ts';

const header = ['bench', 'what', 'unit', 'ours', 'reference', 'ratio', 'from', 'to'] as const;
/** Texts stand to the left, numbers to the right. */
const textColumns = 3;

/** The figures as a table of text, a line each. */
export function tableOf(figures: readonly (Figure & { readonly bench: string })[]): string {
  const rows = [header, ...figures.map(cellsOf)];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column < textColumns ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

// `from` and `to` are the ratio's, or those of a figure that has none.
function cellsOf({ bench, what, unit, ours, reference, ratio }: Figure & { readonly bench: string }): string[] {
  const { low, high } = ratio ?? ours;
  const range = low === high ? ['', ''] : [told(low), told(high)];
  return [bench, what, unit, middle(ours), middle(reference), middle(ratio), ...range];
}

const middle = (spread: Spread | undefined): string => (spread === undefined ? '' : told(spread.middle));

const told = (value: number): string =>
  Number(value.toPrecision(value < 1_000 ? 3 : 4)).toLocaleString('en', { maximumFractionDigits: 3 });
