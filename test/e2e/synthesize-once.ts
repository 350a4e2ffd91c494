import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';
import { synthesize } from '../../infra/local/synthesize.ts';

// A synthesis with its bundles takes seconds of both processors, and the test files of a run differ only in where their
// simulator listens. So it is made once a run, for a place that is then another in each copy.

const somewhere = 'http://127.0.0.1:9/instead-of-the-simulator';
const patienceMs = 120_000;

/** The cloud assembly of the stack with these settings. @returns its directory; whoever asks removes it. */
export async function synthesizeOnce({ konaBaseUrl = '', ...context }: Record<string, string>): Promise<string> {
  const original = await originalOf(context);
  const directory = await mkdtemp(join(tmpdir(), 'kona-gateway-'));
  for (const name of await readdir(original)) {
    const [from, to] = [join(original, name), join(directory, name)];
    if ((await stat(from)).isDirectory()) await symlink(from, to);
    else if (name.endsWith('.template.json'))
      await writeFile(to, (await readFile(from, 'utf8')).replaceAll(somewhere, konaBaseUrl));
    else await cp(from, to);
  }
  return directory;
}

/** Whoever comes first makes it; the others wait. */
async function originalOf(context: Record<string, string>): Promise<string> {
  const name = createHash('sha256')
    .update(JSON.stringify(Object.entries(context).sort()))
    .digest('hex')
    .slice(0, 16);
  const directory = join(inject('assemblies'), name);
  const done = `${directory}.done`;
  const isMine = await mkdir(directory).then(
    () => true,
    () => false,
  );
  if (isMine) {
    await synthesize(directory, { ...context, konaBaseUrl: somewhere }, process.env);
    await writeFile(done, '');
    return directory;
  }
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 100) {
    if ((await stat(done).catch(() => undefined)) !== undefined) return directory;
    await setTimeout(100);
  }
  throw new Error('Another test file did not get its stack synthesized.');
}
