import { brokenPromises } from '../faults/properties.ts';
import type { Coverage } from './coverage.ts';
import type { Doomed } from './invocations.ts';
import type { Scenario } from './scenario.ts';
import { createSimulatedWorld } from './simulated-world.ts';
import { createStage, type Stage } from './stage.ts';

export type Verdict = {
  /** In words; none if every promise held. */
  readonly broken: readonly string[];
  /** What happened, in order. */
  readonly story: readonly string[];
  readonly coverage: Coverage;
};

const minuteMs = 60_000;
const sessionMs = 25_000;
/** Once faults have stopped, everything is final within this: the longest back-offs, several times over. */
const patienceMs = 48 * 60 * minuteMs;

/** So often, while there are faults, everything is counted anew and held against the platform's own truth. */
const looks = 10;

export async function runScenario(scenario: Scenario, doomed: readonly Doomed[] = []): Promise<Verdict> {
  const world = createSimulatedWorld(scenario);
  const { timeline } = world;
  const stage = createStage(scenario, world, doomed);
  const lastPlacingAt = timeline.now() + Math.max(0, ...scenario.placings.map(({ at }) => at));
  plan(scenario, stage, timeline.after);
  const broken: string[] = [];
  const begun = timeline.now();
  for (let look = 1; look <= looks; look += 1) {
    await timeline.runUntil(begun + (scenario.faultyMs * look) / looks);
    broken.push(...(await brokenNow()));
  }
  stage.calm();
  await untilNothingIsOpen();
  if (scenario.redrivenInTheEnd && (await stage.operators.unresolved()).length > 0) {
    await stage.operators.redriveAll({ twice: false, statuses: ['unresolved'] });
    await timeline.runUntil(timeline.now() + minuteMs);
    await untilNothingIsOpen();
    for (const requestId of await stage.operators.unresolved())
      broken.push(`${requestId} was redriven when everything behaved, and has unresolved cards`);
  }
  // Frozen workers wake at the latest now, and change nothing.
  await timeline.runUntil(timeline.now() + scenario.frozenMsMax + sessionMs);
  broken.push(...(await brokenNow()), ...(await stage.brokenAtTheEnd()));
  return { coverage: stage.coverage(), broken: [...new Set(broken)], story: stage.story };

  async function brokenNow(): Promise<string[]> {
    return brokenPromises({ world, simulator: world.simulator, placed: await stage.durable() });
  }

  async function untilNothingIsOpen(): Promise<void> {
    const deadline = timeline.now() + patienceMs;
    // An order that comes again may be the first that becomes durable, and may come after the last fault.
    const isOver = async () =>
      timeline.now() > lastPlacingAt && !stage.operators.areBusy() && (await stage.openRequests()).length === 0;
    while (timeline.now() < deadline && !(await isOver())) {
      stage.stroke();
      await timeline.runUntil(timeline.now() + minuteMs);
    }
  }
}

/** All that the scenario has happen while there are faults, each in its time. */
function plan(scenario: Scenario, stage: Stage, after: (ms: number, act: () => void) => unknown): void {
  for (const placing of scenario.placings) after(placing.at, () => stage.place(placing));
  for (const file of scenario.files) after(file.at, () => stage.files.upload(file));
  for (const outage of scenario.outages) stage.outage(outage);
  for (const { at, lateMs } of scenario.rotations) stage.rotate(at, lateMs);
  for (const { at, ...redrive } of scenario.redrives) after(at, () => void stage.operators.redriveAll(redrive));
  for (const { at, par } of scenario.corrections) after(at, () => stage.correct(par));
  for (let at = minuteMs; at < scenario.faultyMs; at += minuteMs) after(at, stage.stroke);
}
