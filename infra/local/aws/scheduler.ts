import { randomUUID } from 'node:crypto';
import type { Functions } from '../lambda/functions.ts';
import type { ScheduleSpec } from '../template/stack.ts';

export type Schedules = 'off' | 'as_in_template' | { readonly everyMs: number };

/** Ticks as EventBridge does; `everyMs` replaces the pace of the template. @returns what stops the clocks. */
export function startSchedules(
  specs: readonly ScheduleSpec[],
  options: {
    readonly functions: Functions;
    readonly schedules: Schedules;
    readonly account: string;
    readonly region: string;
    readonly now: () => number;
  },
): () => void {
  const { functions, schedules, account, region, now } = options;
  if (schedules === 'off') return () => {};
  const tick = ({ ruleArn, functionArns }: ScheduleSpec) => {
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account,
      time: new Date(now()).toISOString().replace(/\.\d{3}/, ''),
      region,
      resources: [ruleArn],
      detail: {},
    };
    for (const arn of functionArns) {
      const pool = functions.find(arn);
      if (pool === undefined) throw new Error(`The schedule's target ${arn} is not a function of this stack.`);
      functions.invokeLater(pool, functions.invocationOf(JSON.stringify(event)));
    }
  };
  const timers = specs.map((spec) =>
    setInterval(tick, schedules === 'as_in_template' ? spec.everyMs : schedules.everyMs, spec),
  );
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
