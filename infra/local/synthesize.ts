import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

const projectRoot = join(import.meta.dirname, '../..');
const cdkJsonSchema = z.object({ context: z.record(z.string(), z.unknown()).default({}) });

/**
 * Runs the CDK app as `cdk synth` would, with the context of cdk.json and `context` above it, and leaves the cloud
 * assembly in `directory`. The CDK command itself is not asked: it would look for an account, credentials and news.
 * @param environment the developer's: bundling needs its PATH.
 * @throws Error with what the app said, if it fails.
 */
export async function synthesize(
  directory: string,
  context: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const cdkJson = cdkJsonSchema.parse(JSON.parse(await readFile(join(projectRoot, 'cdk.json'), 'utf8')));
  const app = spawn(process.execPath, [join(projectRoot, 'infra/app.ts')], {
    cwd: projectRoot,
    env: {
      ...environment,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, ...context }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, , [code]] = await Promise.all([text(app.stderr), text(app.stdout), once(app, 'close')]);
  if (code !== 0) throw new Error(`The stack does not synthesize:\n${said}`);
}
