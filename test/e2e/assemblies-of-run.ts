import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A directory that the test files of a run share, each settings' cloud assembly below it. */
    assemblies: string;
  }
}

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'kona-gateway-assemblies-'));
  provide('assemblies', directory);
  return () => rm(directory, { recursive: true, force: true });
}
