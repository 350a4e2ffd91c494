import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { guards } from './guards.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

it.each(guards.map((guard) => [guard.name, guard] as const))('knows where it stands: %s', async (_, guard) => {
  const { file, code, without } = guard;
  const text = await readFile(`${root}${file}`, 'utf8');
  expect(text.split(code)).toHaveLength(2);
  expect(without).not.toBe(code);
});

it('no two guards have the same name', () => {
  expect(new Set(guards.map(({ name }) => name)).size).toBe(guards.length);
});
