import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The part of all names that differs from boot to boot; over the same data it is the same. */
export async function suffixOf(dataDirectory: string | undefined): Promise<string> {
  const minted = randomBytes(6).toString('hex').toUpperCase();
  if (dataDirectory === undefined) return minted;
  const file = join(dataDirectory, 'suffix');
  const written = `${file}.${minted}`;
  await mkdir(dataDirectory, { recursive: true });
  // Under its name it is there whole or not at all, even if this process is killed.
  await writeFile(written, minted);
  await link(written, file).catch(unlessItExists);
  await rm(written);
  return readFile(file, 'utf8');
}

function unlessItExists(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
