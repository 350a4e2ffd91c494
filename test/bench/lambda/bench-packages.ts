import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runtimeClient } from './lambda-process.ts';

const benchDirectory = join(import.meta.dirname, '..');

/**
 * Installs what test/bench/package.json names, once. The runtime interface client is built from its sources then, with
 * cmake, make and a C++ compiler, and takes some two minutes.
 */
export async function installBenchPackages(environment: NodeJS.ProcessEnv): Promise<void> {
  if (existsSync(join(runtimeClient, '../rapid-client.node'))) return;
  console.error('test/bench/package.json is being installed …');
  const npm = spawn('npm', ['ci'], { cwd: benchDirectory, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [code]] = await Promise.all([text(npm.stderr), once(npm, 'close')]);
  if (code !== 0) throw new Error(`npm ci in test/bench failed:\n${said}`);
}
