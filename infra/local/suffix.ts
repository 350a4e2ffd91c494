import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The part of all names that differs from boot to boot; over the same data it is the same. */
export async function suffixOf(dataDirectory: string | undefined): Promise<string> {
  const minted = randomBytes(6).toString('hex').toUpperCase();
  if (dataDirectory === undefined) return minted;
  const file = join(dataDirectory, 'suffix');
  await mkdir(dataDirectory, { recursive: true });
  await writeFile(file, minted, { flag: 'wx' }).catch(unlessItExists);
  return readFile(file, 'utf8');
}

function unlessItExists(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
