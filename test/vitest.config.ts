import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    globalSetup: ['test/e2e/assemblies-of-run.ts'],
    expect: { requireAssertions: true },
    silent: 'passed-only',
    // One more than two cores have: many tests wait for a lease to end.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        // They share a process: to load the CDK and the SDK anew for each file was a third of what all tests took.
        test: { name: 'shared', include: ['test/{unit,infra}/**/*.test.ts'], isolate: false },
      },
      {
        extends: true,
        // Each with an emulator or processes of its own.
        test: { name: 'alone', include: ['test/{contract,integration,faults,prove,e2e}/**/*.test.ts'] },
      },
    ],
  },
});
