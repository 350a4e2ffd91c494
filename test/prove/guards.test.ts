import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { expect, it } from 'vitest';
import { guarded, takenOut } from './guard.ts';
import { findGuards } from './guarded-sources.ts';
import { guards } from './guards.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = await findGuards(root);

it('marks every guard in the source once, and no other', () => {
  const marked = [...files].map(([id, places]) => [id, places.length]);
  expect(marked.sort()).toEqual(guards.map(({ id }) => [id, 1]).sort());
});

it.each(guards.map((guard) => [guard.id, guard] as const))(
  // failures: F141
  'can take out %s and be left with a source',
  async (id, guard) => {
    const [file = ''] = files.get(id) ?? [];
    const source = await readFile(file, 'utf8');
    const without = takenOut(source, guard);
    expect(without).not.toBe(source);
    expect(guarded(source, id).trim()).not.toBe(guard.without.trim());
    expect(() => parse(without)).not.toThrow();
  },
);

/** Imports and exports are left out: what is left must be a script. */
function parse(source: string): void {
  const script = stripTypeScriptTypes(source)
    .replace(/^import [^;]*;$/gm, '')
    .replace(/^export /gm, '');
  new Script(`(async () => {\n${script}\n})`);
}

it('finds the end of a statement over several lines', () => {
  const source = ['a();', '  // guard: x', '  if (b)', '    c({', '      d,', '    });', '  e();', ''].join('\n');
  expect(takenOut(source, { id: 'x', promise: '', without: '  f();' })).toBe('a();\n  f();\n  e();\n');
});
