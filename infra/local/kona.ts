import { readFile } from 'node:fs/promises';
import { startSimulatorProcess } from './simulator-process.ts';

/** The KONA PLATE that the local stack calls. */
export type Kona = {
  readonly url: string;
  /** Of the simulator; absent where KONA_BASE_URL replaces it. */
  readonly controlUrl?: string | undefined;
  readonly secret: string;
  readonly close: () => Promise<void>;
};

/** The simulator, unless KONA_BASE_URL and KONA_SECRET_FILE (the secret's JSON) lead elsewhere. */
export async function openKona(environment: Readonly<Record<string, string | undefined>>): Promise<Kona> {
  const url = environment['KONA_BASE_URL'];
  const secretFile = environment['KONA_SECRET_FILE'];
  if (url === undefined && secretFile === undefined) return startSimulatorProcess();
  if (url === undefined || secretFile === undefined)
    throw new Error('KONA_BASE_URL and KONA_SECRET_FILE go together: give both, or neither for the simulator.');
  return { url, secret: await readFile(secretFile, 'utf8'), close: async () => {} };
}
