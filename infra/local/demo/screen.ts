import { styleText } from 'node:util';
import type { CardResult } from './gateway-client.ts';

// Colours only where a terminal shows them: styleText looks at NO_COLOR and at whether stdout is a terminal.

type Style = Parameters<typeof styleText>[0];

const looks: Readonly<Record<string, { readonly sign: string; readonly style: Style }>> = {
  named: { sign: '●', style: 'green' },
  already_named: { sign: '◐', style: 'cyan' },
  not_found: { sign: '○', style: 'yellow' },
  rejected: { sign: '✕', style: 'red' },
  open: { sign: '…', style: 'magenta' },
};

/** Prints, and keeps whether every check held. */
export function createScreen(write: (line: string) => void) {
  let broken = 0;
  const say = (text = '') => write(text);
  return {
    say,
    heading: (text: string) => {
      say();
      say(styleText('bold', text));
    },
    aside: (text: string) => say(styleText('dim', `  ${text}`)),
    /** A line with a mark: what was promised, and whether it is so. */
    check: (promise: string, holds: boolean) => {
      if (!holds) broken += 1;
      say(`  ${holds ? styleText('green', '✓') : styleText('red', '✗ NOT SO:')} ${promise}`);
    },
    cards: (results: readonly CardResult[]) => {
      for (const line of table(results)) say(line);
    },
    broken: () => broken,
  };
}

export type Screen = ReturnType<typeof createScreen>;

const columns = 3;

/** The cards in groups of the same fate. */
function table(results: readonly CardResult[]): string[] {
  const fateOf = ({ status, namedBy }: CardResult) => (namedBy === undefined ? status : `${status}, ${namedBy}`);
  const groups = Map.groupBy(results, fateOf);
  return [...groups].flatMap(([fate, cards]) => {
    const { sign, style } = looks[cards[0]?.status ?? ''] ?? { sign: '?', style: 'red' };
    const rows = Math.ceil(cards.length / columns);
    const lines = Array.from({ length: rows }, (_, row) => {
      const inRow = Array.from({ length: columns }, (_, column) => cards[row * columns + column]);
      return `    ${inRow.map((card) => card?.par ?? '').join('  ')}`.trimEnd();
    });
    return [styleText(style, `  ${sign} ${cards.length} ${fate}`), ...lines];
  });
}
