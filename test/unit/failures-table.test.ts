import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const test = join(import.meta.dirname, '..');
const rows = readFileSync(join(test, 'FAILURES.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!id |---)/.test(line));
const listed = rows.map((row) => {
  const [, id = row, tests = ''] = /^\| `(F\d{3})` \| [^|]+ \| [^|]+ \| (\d+) \|$/.exec(row) ?? [];
  return [id, Number(tests)] as const;
});

const marks = readdirSync(test, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => marksIn(readFileSync(join(test, file), 'utf8')));

/** The line below a mark must be part of a test: its title or its case. */
function marksIn(source: string): { readonly id: string; readonly below: string }[] {
  const lines = source.split('\n');
  return lines.flatMap((line, index) => {
    const [, marked] = /^\s*\/\/ failures: (.+)$/.exec(line) ?? [];
    return (marked?.split(' ') ?? []).map((id) => ({ id, below: lines[index + 1] ?? '' }));
  });
}

it('has one row for each failure, with an ID of its own', () => {
  expect(new Set(listed.map(([id]) => id)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThan(90);
});

it('lists the failures that tests are marked with, and how many tests hold each', () => {
  const marked = [...Map.groupBy(marks, ({ id }) => id)].map(([id, { length }]) => [id, length]);
  expect(marked.sort()).toEqual(listed.toSorted());
});

it('is marked where a test is', () => {
  expect(marks.filter(({ below }) => !/['"`[({]/.test(below))).toEqual([]);
});
