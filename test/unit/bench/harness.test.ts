import { expect, it } from 'vitest';
import { compare } from '../../bench/harness.ts';
import { tableOf } from '../../bench/table.ts';

const turns: string[] = [];
const measured = (name: string, rates: readonly number[]) => {
  const waiting = rates.values();
  return async (): Promise<number> => {
    turns.push(name);
    return waiting.next().value ?? Number.NaN;
  };
};

it('measures ours and the reference in turns, forgets the first time and tells medians', async () => {
  const ours = measured('ours', [1, 50, 20, 40, 30]);
  const reference = measured('reference', [1, 100, 100, 50, 200]);
  const figure = await compare({ what: 'rows', unit: 'rows/s', ours, reference }, 4);
  expect(turns).toEqual(Array.from({ length: 5 }, () => ['ours', 'reference']).flat());
  expect(figure).toEqual({
    ...{ what: 'rows', unit: 'rows/s' },
    ours: { middle: 35, low: 20, high: 50 },
    reference: { middle: 100, low: 50, high: 200 },
    // Of neighbours: 0.5, 0.2, 0.8 and 0.15.
    ratio: { middle: 0.35, low: 0.15, high: 0.8 },
  });
  expect(tableOf([{ bench: 'reading', ...figure }])).toBe(
    [
      'bench    what  unit    ours  reference  ratio  from   to',
      'reading  rows  rows/s    35        100   0.35  0.15  0.8',
    ].join('\n'),
  );
});
