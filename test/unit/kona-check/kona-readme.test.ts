import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { help } from '../../../infra/kona-check/help.ts';
import { readingTable } from '../../../shared/kona/reading-table.ts';
import { namedByNames } from '../../../shared/limit-increase/terms.ts';

const page = readFileSync(new URL('../../../shared/kona/README.md', import.meta.url), 'utf8');
const optionsOf = (text: string): string[] => [...new Set(text.match(/--[a-z][a-z-]+/g))].sort();

describe('the page of shared/kona', () => {
  it.each(readingTable)('holds the row of $code as it is in the reading table', ({ code, about, meaning, final }) => {
    expect(page).toContain(`| \`${code}\` | \`${about}\` | \`${meaning}\` | \`${final}\` |`);
  });

  it('holds no code in its reading table that the code does not know', () => {
    const codes = [...page.matchAll(/^\| `(\d{3}_\d{3})` \|/gm)].map(([, code]) => code);
    expect(codes).toEqual(readingTable.map(({ code }) => code));
  });

  it.each(namedByNames)('explains namedBy %s', (name) => {
    expect(page).toContain(`| \`${name}\` |`);
  });

  it('names the options of kona-check, all of them and no others', () => {
    const ofOthers = ['--help', '--context'];
    const known = optionsOf(help).filter((option) => !ofOthers.includes(option));
    expect(optionsOf(page.replaceAll(/\]\(#\S+\)/g, ''))).toEqual(known);
  });

  it('holds no line of more than 120 characters outside of tables', () => {
    const long = page.split('\n').filter((line) => line.length > 120 && !line.startsWith('|'));
    expect(long).toEqual([]);
  });
});
