import { aPar } from '../support/builders.ts';
import { type CrashPoint, crashPointsOf } from '../support/crash-points.ts';
import { drawCardFile } from './card-files.ts';
import { createDraw } from './draw.ts';
import type { Doomed } from './invocations.ts';
import { runScenario } from './run.ts';
import { corporations, drawScenario, type Scenario } from './scenario.ts';

// One run that touches every branch, repeated with its workers killed at every await, one by one; and then once more at
// every await of those that recover.

export type Sweep = {
  readonly crashPoints: number;
  readonly pairs: number;
  readonly broken: readonly { readonly doomed: readonly Doomed[]; readonly what: readonly string[] }[];
};

/** Five cards of every kind in one order, two more in a second of another corporation; the first call is cut off. */
function everyBranch(seed: number): Scenario {
  const [first, second] = corporations;
  const named = { bizLicenseNo: '9999999999', registrationNumber: '9999999999999' };
  return {
    ...drawScenario(seed),
    faultyMs: 600_000,
    cards: [
      { par: aPar(1), state: 'known' },
      { par: aPar(2), state: 'unknown' },
      { par: aPar(3), state: 'terminated' },
      { par: aPar(4), state: 'named', ...named },
      { par: aPar(5), state: 'known' },
      { par: aPar(6), state: 'known' },
    ],
    modes: {
      trialPars: false,
      refusedListCommits: seed % 2 === 0,
      alreadyNamedRefuses: seed % 3 === 0 ? 'all' : 'any',
    },
    parsPerCallMax: 100,
    giveUpAfterMs: 259_200_000,
    settlersMax: 1_000,
    placings: [
      { at: 0, key: 'first', order: { corporation: first, parList: [1, 2, 3, 4, 5].map(aPar) } },
      { at: 200, key: 'second', order: { corporation: second, parList: [5, 6].map(aPar) } },
    ],
    files: [drawCardFile(0, 1_000, 6, createDraw(seed))],
    ...{
      doubleMessageShare: 0,
      storeFaultShare: 0,
      misbehaviourShare: 0.15,
      refusedShare: 0,
      strayShare: 0,
      dyingShare: 0,
      freezingShare: 0,
      doubleShare: 0,
      silentShare: 0,
      secretFaultShare: 0,
      bellFaultShare: 0,
    },
    ledgerFaults: { refusedShare: 0, lostAnswerShare: 0, slowShare: 0, lagShare: 0 },
    ...{ outages: [], rotations: [], redrives: [], redrivenInTheEnd: false, redrivenAfterMs: undefined },
  };
}

/** A worker may die at every await, or freeze there and go on when others have long taken its work. */
const fatesOf = (awaits: number): CrashPoint[] =>
  crashPointsOf(awaits).flatMap((point) => (point.when === 'after' ? [point, { ...point, when: 'frozen' }] : [point]));

/** A worker that nothing befalls: for a list of doomed ones that is not empty. */
const nobody: Doomed = { invocation: 0, point: { await: 0, when: 'after' } };
const invocationsMax = 6;
const awaitsMax = 60;

/** `withPairs`: every point, and for each every point of the next invocation but one. Ends early when enough is broken. */
export async function sweepCrashPoints(seed: number, withPairs: boolean, brokenMax: number): Promise<Sweep> {
  const scenario = everyBranch(seed);
  const broken: { doomed: readonly Doomed[]; what: readonly string[] }[] = [];
  let [crashPoints, pairs] = [0, 0];
  const tryOut = async (doomed: readonly Doomed[]): Promise<boolean> => {
    const { broken: what, coverage } = await runScenario(scenario, doomed);
    if (what.length > 0) broken.push({ doomed, what });
    return coverage.crashes + coverage.freezes >= doomed.length && broken.length < brokenMax;
  };
  await tryOut([nobody]);
  for (let invocation = 1; invocation <= invocationsMax && broken.length < brokenMax; invocation += 1) {
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
  }
  return { crashPoints, pairs, broken };
}
