import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exactly, type Figure, ratioOf } from './harness.ts';
import { installBenchPackages } from './lambda/bench-packages.ts';
import { type CpuShare, openCpuShare } from './lambda/cpu-share.ts';
import { type Subject, startLambdaProcess } from './lambda/lambda-process.ts';
import { createOrderEvents } from './lambda/order-event.ts';
import { awsDelayMs, openSite, type Site } from './lambda/site.ts';
import { buildSubjects } from './lambda/subjects.ts';

// From the start of a process to its first answer, as a caller feels it whose order needs a new process: what is loaded,
// and an order of one card. In turns with what else could answer it.

type ColdStart = { readonly initialisation: number; readonly order: number; readonly both: number };

export async function* cold(rounds: number): AsyncGenerator<Figure> {
  await installBenchPackages(process.env);
  yield* coldAt('near', rounds);
  yield* coldAt('as_on_aws', rounds);
}

async function* coldAt(distance: 'near' | 'as_on_aws', rounds: number): AsyncGenerator<Figure> {
  const site = await openSite({ environment: process.env, distance });
  const share = await openCpuShare(site.post.memoryMb);
  try {
    if (share === undefined) console.error('No share of the processor can be set here: the order runs at full speed.');
    const { ours, ...references } = await buildSubjects(site);
    const start = createColdStart(site, share);
    const turns: Record<string, ColdStart>[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const turn: Record<string, ColdStart> = { ours: await start(ours) };
      for (const [name, subject] of Object.entries(references)) turn[name] = await start(subject);
      turns.push(turn);
    }
    const where = distance === 'near' ? '' : `AWS ${awsDelayMs} ms away, `;
    for (const name of Object.keys(references)) yield* figuresOf(['ours', name], turns.slice(1), where);
    // How near to bare code anything can come that has the same clients.
    yield* figuresOf(['tunedBare', 'bare'], turns.slice(1), where);
    if (distance === 'near') yield* bundleSizes(site);
  } finally {
    await site.close();
    await share?.close();
  }
}

async function* bundleSizes({ functions }: Site): AsyncGenerator<Figure> {
  for (const { localName, codeDirectory } of functions)
    yield exactly(`bundle of ${localName}`, 'kB', (await stat(join(codeDirectory, 'index.mjs'))).size / 1_000);
}

/** Lambda starts at full speed; the share holds from the first order on. */
function createColdStart(site: Site, share: CpuShare | undefined) {
  const nextOrder = createOrderEvents();
  return async (subject: Subject): Promise<ColdStart> => {
    const started = await startLambdaProcess(subject, site.surroundings);
    try {
      await share?.limit(started.pid);
      const { ms: order, payload } = await started.invoke(nextOrder());
      if (!payload.includes('"statusCode":200')) throw new Error(`${subject.name} answers ${payload}`);
      const initialisation = started.initialisationMs;
      return { initialisation, order, both: initialisation + order };
    } finally {
      await started.end();
    }
  };
}

function* figuresOf(
  [one, other]: readonly [string, string],
  turns: readonly Readonly<Record<string, ColdStart>>[],
  where: string,
): Generator<Figure> {
  for (const part of ['initialisation', 'order', 'both'] as const) {
    const pairs = turns.map(({ [one]: ours, [other]: reference }) => ({
      ours: ours?.[part] ?? Number.NaN,
      reference: reference?.[part] ?? Number.NaN,
    }));
    yield ratioOf({ what: `${where}${part}, ${one} against ${other}`, unit: 'ms' }, pairs);
  }
}
