import { parseArgs } from 'node:util';
import { tellCoverage } from './coverage.ts';
import { outageFaults, runOutage, tellOutage } from './outage-run.ts';
import { runScenario } from './run.ts';
import { drawScenario } from './scenario.ts';
import { searchInParallel } from './search.ts';
import { shortTroubles } from './short-troubles.ts';
import { runTrouble } from './trouble.ts';
import { brokenExitCode, tryGuards } from './try-guards.ts';

// npm run prove -- --seeds 20000     random schedules, after sweeps over every crash point
// npm run prove -- --seed 4711       the story of one
// npm run prove -- --guards          whether the search notices each guard that is taken out; --only TEXT: those whose name holds it
// npm run prove -- --outage 100000   a file of so many cards, and a platform that goes away for two hours
// npm run prove -- --trouble poison  one kind of trouble in all its forms, or all; --seed, --histories 10000, --only TEXT: see trouble.ts
// --pairs adds every pair of a crash and a crash in the recovery from it

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    outage: { type: 'string' },
    trouble: { type: 'string' },
    histories: { type: 'string', default: '10000' },
    pairs: { type: 'boolean', default: false },
    guards: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    'broken-max': { type: 'string', default: '5' },
  },
});
const sweeps = [1, 2, 3, 4, 5, 6];
const brokenMax = Number(values['broken-max']);

async function tellStory(seed: number): Promise<boolean> {
  const { story, broken } = await runScenario(drawScenario(seed));
  for (const line of story) console.log(line);
  for (const what of broken) console.log(`BROKEN: ${what}`);
  if (broken.length === 0) console.log(`Seed ${seed}: every promise held.`);
  return broken.length === 0;
}

async function searchSeeds(seeds: number, firstSeed: number): Promise<boolean> {
  const startedAt = performance.now();
  const found = await searchInParallel({
    ...{ firstSeed, seeds, sweeps, brokenMax },
    withPairs: values.pairs,
    troubles: [...shortTroubles.keys()],
  });
  for (const { where, what } of found.broken) {
    console.log(`BROKEN at ${where}`);
    for (const line of what) console.log(`  ${line}`);
  }
  console.log(`${found.schedules} random schedules:`);
  for (const line of tellCoverage(found.coverage)) console.log(`  ${line}`);
  console.log(
    `${found.crashPoints} crash points one by one, ${found.pairs} pairs of a crash and a crash in the recovery from it`,
  );
  console.log(`${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
  return found.broken.length === 0;
}

async function goThroughOutage(cards: number): Promise<boolean> {
  const verdict = await runOutage(cards);
  for (const line of tellOutage(verdict)) console.log(line);
  const faults = outageFaults(verdict);
  for (const fault of faults) console.log(`BROKEN: ${fault}`);
  return faults.length === 0;
}

async function main(): Promise<boolean> {
  if (values.trouble !== undefined) {
    const [seed, histories] = [Number(values.seed ?? 1), Number(values.histories)];
    return runTrouble(values.trouble, { seed, histories, only: values.only });
  }
  if (values.outage !== undefined) return goThroughOutage(Number(values.outage));
  if (values.seed !== undefined) return tellStory(Number(values.seed));
  if (!values.guards) return searchSeeds(Number(values.seeds), Number(values.from));
  const trials = await tryGuards(Number(values.seeds), values.only, ({ guard, noticedBy }) => {
    console.log(`${noticedBy === undefined ? 'NOT NOTICED' : 'noticed    '}  without ${guard}`);
    if (noticedBy !== undefined) console.log(`               ${noticedBy}`);
  });
  return trials.every(({ noticedBy }) => noticedBy !== undefined);
}

const failedExitCode = (values.outage ?? values.trouble) === undefined ? brokenExitCode : 1;
process.exitCode = (await main()) ? 0 : failedExitCode;
