import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { synthesize } from './synthesis.ts';

// What a caller waits for whose order needs a new process: nothing is loaded that no order needs.

describe('the bundle behind POST', () => {
  const { functionNamed } = synthesize({ konaBaseUrl: 'https://kona.invalid/open-api' }, { bundle: true });
  const { bundle, env } = functionNamed('request-limit-increase');

  it('loads no undici, which whoever reads all of node:http or calls fetch brings in', async () => {
    const load = `await import(process.argv[1]);
      console.log(process.moduleLoadList.filter((name) => name.endsWith('undici/undici')).length);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', load, bundle], {
      env: { ...env, AWS_REGION: 'ap-northeast-2' },
    });
    expect(stdout).toBe('0\n');
  });

  it.each([
    ['S3', 'PutObjectCommand'],
    ['SSO', 'GetRoleCredentials'],
    ['STS', 'AssumeRole'],
  ])('brings no client of %s along', async (_, word) => {
    const code = await readFile(bundle, 'utf8');
    expect(code.includes(word)).toBe(false);
  });
});
