import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { addCoverage, coverageSchema, noCoverage } from './coverage.ts';
import { sweepCrashPoints } from './crash-sweep.ts';
import { runScenario } from './run.ts';
import { drawScenario } from './scenario.ts';
import { shortTroubles } from './short-troubles.ts';
import { scriptedScenarios, sweptScenarios } from './sweep-scenarios.ts';

// A share of the search: some seeds, each a random schedule, and some sweeps over crash points.

export type Share = {
  readonly firstSeed: number;
  readonly seeds: number;
  /** Every so manieth seed is this share's. */
  readonly step: number;
  readonly sweeps: readonly number[];
  readonly withPairs: boolean;
  /** Which of the short troubles, by their index. */
  readonly troubles: readonly number[];
  /** After so many the search has shown what it was to show. */
  readonly brokenMax: number;
};

const foundSchema = z.object({
  schedules: z.number(),
  crashPoints: z.number(),
  pairs: z.number(),
  coverage: coverageSchema,
  broken: z.array(z.object({ where: z.string(), what: z.array(z.string()) })),
});
export type Found = z.infer<typeof foundSchema>;

export async function search({
  firstSeed,
  seeds,
  step,
  sweeps,
  withPairs,
  troubles,
  brokenMax,
}: Share): Promise<Found> {
  const found: Found = { ...nothingFound, broken: [] };
  if (sweeps.length > 0)
    for (const [name, scenario] of scriptedScenarios) {
      const { broken } = await runScenario(scenario);
      if (broken.length > 0) found.broken.push({ where: name, what: [...broken] });
    }
  for (const [name, scenario] of sweeps.flatMap(sweptScenarios)) {
    if (found.broken.length >= brokenMax) break;
    const { crashPoints, pairs, broken } = await sweepCrashPoints(scenario, { withPairs, brokenMax });
    found.crashPoints += crashPoints;
    found.pairs += pairs;
    for (const { doomed, what } of broken)
      found.broken.push({ where: `${name}, ${JSON.stringify(doomed)}`, what: [...what] });
  }
  for (const index of troubles) {
    if (found.broken.length >= brokenMax) break;
    const verdict = await shortTroubles[index]?.();
    if (verdict !== undefined && verdict.broken.length > 0)
      found.broken.push({ where: verdict.run, what: [...verdict.broken] });
  }
  for (let seed = firstSeed; seed < firstSeed + seeds && found.broken.length < brokenMax; seed += step) {
    const run = await runScenario(drawScenario(seed));
    found.schedules += 1;
    found.coverage = addCoverage(found.coverage, run.coverage);
    if (run.broken.length > 0) found.broken.push({ where: `seed ${seed}`, what: [...run.broken] });
  }
  return found;
}

const nothingFound: Found = { schedules: 0, crashPoints: 0, pairs: 0, coverage: noCoverage, broken: [] };

/** The same search, shared out to as many processes as the machine has processors. */
export async function searchInParallel(share: Omit<Share, 'step'>): Promise<Found> {
  const processes = availableParallelism();
  const enough = new AbortController();
  const parts = await Promise.all(
    Array.from({ length: processes }, async (_, index) => {
      const part = {
        ...share,
        firstSeed: share.firstSeed + index,
        seeds: share.seeds - index,
        step: processes,
        sweeps: share.sweeps.filter((_, sweep) => sweep % processes === index),
        troubles: share.troubles.filter((_, trouble) => trouble % processes === index),
      };
      const found = await searchElsewhere(part, enough.signal);
      if (found.broken.length >= share.brokenMax) enough.abort();
      return found;
    }),
  );
  return parts.reduce(added);
}

/** Nothing is found by whom others have outrun. */
async function searchElsewhere(share: Share, signal: AbortSignal): Promise<Found> {
  const child = fork(fileURLToPath(new URL('./searcher.ts', import.meta.url)), { signal });
  child.send(share);
  const told = once(child, 'message');
  const ended = once(child, 'exit').then(([code]): never => {
    throw new Error(`A searcher ended with exit status ${code}.`);
  });
  try {
    const [found] = await Promise.race([told, ended]);
    child.disconnect();
    return foundSchema.parse(found);
  } catch (error) {
    if (signal.aborted) return nothingFound;
    throw error;
  } finally {
    await Promise.allSettled([told, ended]);
  }
}

function added(one: Found, other: Found): Found {
  return {
    schedules: one.schedules + other.schedules,
    crashPoints: one.crashPoints + other.crashPoints,
    pairs: one.pairs + other.pairs,
    coverage: addCoverage(one.coverage, other.coverage),
    broken: [...one.broken, ...other.broken],
  };
}
