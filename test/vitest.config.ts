import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/e2e/assemblies-of-run.ts'],
    expect: { requireAssertions: true },
    silent: 'passed-only',
    // Each with an emulator or processes of its own. One more than two cores have: many tests wait for a lease to end.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
