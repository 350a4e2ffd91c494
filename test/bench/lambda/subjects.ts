import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { bundledInstead } from '../../../infra/bundling.ts';
import type { Subject } from './lambda-process.ts';
import type { Site } from './site.ts';

// What is measured: our function as it is deployed, and what it is held against. Where an engineer might have chosen
// either way, the references have the faster one: the SDK inside the bundle, minified, and no source maps.

const bench = join(import.meta.dirname, '..');

const entries = {
  /** Answers 200: what Node and the runtime client take by themselves. */
  nothing: join(bench, 'references/nothing.ts'),
  /** The least code that writes a call down before it is sent and its outcome after. */
  bare: join(bench, 'references/bare.ts'),
  /** The same code, tuned as ours is. */
  tunedBare: join(bench, 'references/tuned-bare.ts'),
  /** The usual parts, used as their pages show them. */
  peer: join(bench, 'peer/handler.ts'),
} as const;

export type Subjects = Readonly<Record<'ours' | keyof typeof entries, Subject>>;

export async function buildSubjects({ post, directory }: Site): Promise<Subjects> {
  const { codeDirectory, handler } = post;
  const [nothing, bare, tunedBare, peer] = await Promise.all([
    reference('nothing', directory),
    reference('bare', directory),
    reference('tunedBare', directory, { alias: bundledInstead }),
    reference('peer', directory),
  ]);
  return { ours: { name: 'ours', codeDirectory, handler }, nothing, bare, tunedBare, peer };
}

async function reference(name: keyof typeof entries, directory: string, options: BuildOptions = {}): Promise<Subject> {
  const codeDirectory = join(directory, name);
  await build({
    entryPoints: [entries[name]],
    outfile: join(codeDirectory, 'index.mjs'),
    ...{ bundle: true, minify: true, platform: 'node', target: 'node24', format: 'esm', logLevel: 'warning' },
    mainFields: ['module', 'main'],
    ...options,
    // Some of the peer's parts still call `require`.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return { name, codeDirectory, handler: 'index.handler' };
}
