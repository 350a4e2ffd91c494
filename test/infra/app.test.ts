import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const app = join(import.meta.dirname, '../../infra/app.ts');

it("fails where settings are wrong, with the operator's faults and no stack trace", () => {
  const env = { PATH: process.env['PATH'], CDK_CONTEXT_JSON: JSON.stringify({ konaTimeZone: 'Mars' }) };
  const { status, stderr, stdout } = spawnSync(process.execPath, [app], { env, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain('konaBaseUrl');
  expect(stderr).toContain('konaTimeZone');
  expect(stderr + stdout).not.toMatch(/^\s+at /m);
});
