import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const rows = readFileSync(join(root, 'test/FAILURES.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!failure|---)/.test(line));

it('names, for every failure, tests that are there by their titles', () => {
  const held = rows.flatMap((row) => {
    const cites = [...row.matchAll(/`(test\/[\w./-]+)` "(.+?)"(?=<br>| \|$)/g)];
    expect([row, cites.length > 0]).toEqual([row, true]);
    return cites.map(([, file = '', title = '']) => ({ file, title }));
  });
  expect(held.filter(({ file, title }) => !titlesIn(file).includes(title))).toEqual([]);
  expect(rows.length).toBeGreaterThan(90);
});

/** What stands in quotes after a parenthesis, or first in its line: titles of tests, and of cases by a table. */
const titlesIn = (file: string): string[] =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(/(?:\(|^\s*\[?)(?:'((?:[^'\\]|\\.)+)'|`([^`]+)`|"([^"]+)")/gm),
  ].map(([, single, tick, double]) => (single ?? tick ?? double ?? '').replaceAll("\\'", "'"));
