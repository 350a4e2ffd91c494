import { expect, it } from 'vitest';
import { startSchedules } from '../../../infra/local/aws/scheduler.ts';
import { createFunctionLog } from '../../../infra/local/lambda/function-log.ts';
import type { Functions } from '../../../infra/local/lambda/functions.ts';
import { account, functionArn, functionSpec, region } from './function-specs.ts';

const pools = ['often', 'seldom'].map((name) => ({
  spec: functionSpec(name),
  invoke: async () => ({ result: 'returned', payload: 'null' }) as const,
  kill: () => 0,
  close: async () => {},
}));

/** Ticks as they come, by the function's name. */
function listening() {
  const ticks: string[] = [];
  const functions: Functions = {
    find: (arn) => pools.find(({ spec }) => spec.arn === arn),
    invocationOf: (event) => ({ requestId: 'r-1', event, traceId: 't-1' }),
    invokeLater: ({ spec }) => ticks.push(spec.localName),
    logOf: () => createFunctionLog(undefined),
    close: async () => {},
  };
  return { ticks, options: { functions, account, region, now: () => 0 } };
}

const scheduled = (name: string, everyMs: number) => ({
  ruleArn: `arn:aws:events:${region}:${account}:rule/${name}`,
  everyMs,
  functionArns: [functionArn(name)],
});
const specs = [scheduled('often', 5), scheduled('seldom', 3_600_000)];

it('ticks at the pace of the template, each rule at its own', async () => {
  const { ticks, options } = listening();
  const stop = startSchedules(specs, { ...options, schedules: 'as_in_template' });
  await expect.poll(() => ticks.length, { interval: 5 }).toBeGreaterThan(2);
  stop();
  expect(new Set(ticks)).toEqual(new Set(['often']));
});

it('ticks at another pace where one is asked for, and never where clocks are off', async () => {
  const { ticks, options } = listening();
  const off = listening();
  const stops = [
    startSchedules(specs, { ...options, schedules: { everyMs: 5 } }),
    startSchedules(specs, { ...off.options, schedules: 'off' }),
  ];
  await expect.poll(() => ticks.length, { interval: 5 }).toBeGreaterThan(4);
  for (const stop of stops) stop();
  expect(new Set(ticks)).toEqual(new Set(['often', 'seldom']));
  expect(off.ticks).toEqual([]);
});
