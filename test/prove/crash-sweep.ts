import { type CrashPoint, crashPointsOf } from '../support/crash-points.ts';
import type { Doomed } from './invocations.ts';
import { runScenario } from './run.ts';
import type { Scenario } from './scenario.ts';

// One run, repeated with its workers killed at every await, one by one; and then once more at
// every await of those that recover.

export type Sweep = {
  readonly crashPoints: number;
  readonly pairs: number;
  readonly broken: readonly { readonly doomed: readonly Doomed[]; readonly what: readonly string[] }[];
};

/** A worker may die at every await, or freeze there and go on when others have long taken its work. */
const fatesOf = (awaits: number): CrashPoint[] =>
  crashPointsOf(awaits).flatMap((point) => (point.when === 'after' ? [point, { ...point, when: 'frozen' }] : [point]));

/** A worker that nothing befalls: for a list of doomed ones that is not empty. */
const nobody: Doomed = { invocation: 0, point: { await: 0, when: 'after' } };
/** Far beyond what any run has: each sweep ends by itself where its run does. */
const invocationsMax = 100;
const awaitsMax = 1_000;

/** `withPairs`: every point, and for each every point of the next invocation but one. Ends early when enough is broken. */
export async function sweepCrashPoints(
  scenario: Scenario,
  { withPairs, brokenMax }: { readonly withPairs: boolean; readonly brokenMax: number },
): Promise<Sweep> {
  const broken: { doomed: readonly Doomed[]; what: readonly string[] }[] = [];
  let [crashPoints, pairs] = [0, 0];
  const tryOut = async (doomed: readonly Doomed[]): Promise<boolean> => {
    const { broken: what, coverage } = await runScenario(scenario, doomed);
    if (what.length > 0) broken.push({ doomed, what });
    return coverage.crashes + coverage.freezes >= doomed.length && broken.length < brokenMax;
  };
  await tryOut([nobody]);
  for (let invocation = 1; invocation <= invocationsMax && broken.length < brokenMax; invocation += 1) {
    const before = crashPoints;
    for (const point of fatesOf(awaitsMax)) {
      // Beyond the last await of this worker nobody dies.
      if (!(await tryOut([{ invocation, point }]))) break;
      crashPoints += 1;
      if (!withPairs) continue;
      for (const second of crashPointsOf(awaitsMax)) {
        if (
          !(await tryOut([
            { invocation, point },
            { invocation: invocation + 2, point: second },
          ]))
        )
          break;
        pairs += 1;
      }
    }
    // Nor in an invocation beyond the last.
    if (crashPoints === before) break;
  }
  return { crashPoints, pairs, broken };
}
