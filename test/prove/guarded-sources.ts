import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markedIn } from './guard.ts';

/** Folders whose sources may hold guards. */
const guardedFolders = ['functions', 'shared', 'test/support'] as const;

/** Which file marks which guard, by the guard's id. */
export async function findGuards(root: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = new Map<string, string[]>();
  for (const folder of guardedFolders)
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const file = join(entry.parentPath, entry.name);
      for (const id of markedIn(await readFile(file, 'utf8'))) files.set(id, [...(files.get(id) ?? []), file]);
    }
  return files;
}
