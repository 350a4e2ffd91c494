import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Guard, takenOut } from './guard.ts';
import { findGuards } from './guarded-sources.ts';
import { guards } from './guards.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `noticedBy`: where a promise broke, and which; absent if none did. */
export type GuardTrial = { readonly guard: string; readonly noticedBy?: string | undefined };

/** Takes out one guard after the other, those whose id holds `only`, each in a copy of the code, and searches until a promise breaks. */
export async function tryGuards(
  seeds: number,
  only: string,
  onTrial: (trial: GuardTrial) => void,
): Promise<GuardTrial[]> {
  const trials: GuardTrial[] = [];
  for (const guard of guards.filter(({ id }) => id.includes(only))) {
    const trial = { guard: guard.id, noticedBy: await searchWithout(guard, seeds) };
    onTrial(trial);
    trials.push(trial);
  }
  return trials;
}

async function searchWithout(guard: Guard, seeds: number): Promise<string | undefined> {
  const copy = await mkdtemp(join(tmpdir(), 'gateway-guard-'));
  try {
    for (const folder of ['functions', 'shared', 'test', 'package.json'])
      await cp(join(root, folder), join(copy, folder), { recursive: true });
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    await takeOut(copy, guard);
    const main = join(copy, 'test/prove/main.ts');
    const args = [main, '--seeds', String(seeds), '--broken-max', '1'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const [told, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    if (code !== 0 && code !== brokenExitCode)
      throw new Error(`Without "${guard.id}" the search does not even run: exit status ${code}.`);
    return code === brokenExitCode ? firstBroken(told) : undefined;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** That of a search that found a promise broken; a search that cannot even begin has another. */
export const brokenExitCode = 3;

/** As main.ts tells it: the line says where, the next one what. */
function firstBroken(told: string): string {
  const [, where = '', what = ''] = /^BROKEN at (.*)\n\s*(.*)$/m.exec(told) ?? [];
  return `${where}: ${what}`;
}

async function takeOut(copy: string, guard: Guard): Promise<void> {
  const [file, ...others] = (await findGuards(copy)).get(guard.id) ?? [];
  if (file === undefined || others.length > 0) throw new Error(`${guard.id} is not marked in one place.`);
  await writeFile(file, takenOut(await readFile(file, 'utf8'), guard));
}
