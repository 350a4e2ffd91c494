import { aPar, pars } from '../support/builders.ts';
import type { Misbehaviour } from '../support/kona-simulator/misbehaviour.ts';
import { drawCardFile } from './card-files.ts';
import { createDraw } from './draw.ts';
import { corporations, drawScenario, type Scenario } from './scenario.ts';

// Short runs in which nothing is left to chance but for what the platform does, to be gone through await by await.

const away: Misbehaviour = { kind: 'http_status', status: 503, when: 'before' };

/** Five cards of every kind in one order, eleven more in a second of another corporation; the first call is cut off. */
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
      refusedListCommits: seed % 2 === 0 ? 'all_good' : 'none',
      alreadyNamedRefuses: seed % 3 === 0 ? 'all' : 'any',
    },
    parsPerCallMax: 100,
    giveUpAfterMs: 259_200_000,
    settlersMax: 1_000,
    placings: [
      { at: 0, key: 'first', order: { corporation: first, parList: [1, 2, 3, 4, 5].map(aPar) } },
      { at: 200, key: 'second', order: { corporation: second, parList: [...pars(2, 5), ...pars(9, 101)] } },
    ],
    files: [drawCardFile(0, 1_000, 6, createDraw(seed))],
    ...{
      doubleMessageShare: 0,
      mintedTwiceShare: 0,
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
    ...{ outages: [], pinned: [], rotations: [], redrives: [], redrivenInTheEnd: false, redrivenAfterMs: undefined },
    corrections: [],
  };
}

/**
 * An order that meets an outage twice. The second comes while the reconciler asks for its cards: some are final by then,
 * the others are given up. Two operators redrive it at once, and a third one later if it has settled once more.
 */
function givenUpAndRedriven(seed: number): Scenario {
  return {
    ...everyBranch(seed),
    // Once a card has to wait, its time is over: none here needs two answers.
    giveUpAfterMs: 1,
    placings: [{ at: 0, key: 'first', order: { corporation: corporations[0], parList: [1, 2, 4, 5].map(aPar) } }],
    files: [],
    misbehaviourShare: 0,
    // Without bells the reopened cards stay open until the reconciler comes: then who was frozen is awake again.
    ...{ bellFaultShare: seed % 2, frozenMsMax: 50_000, inquiry: undefined },
    outages: [
      { from: 0, to: 60_000, misbehaviour: away },
      { from: 120_300, to: 122_000, misbehaviour: away },
    ],
    redrives: [{ at: 125_000, twice: true }],
    ...{ redrivenAfterMs: 5_000, redrivenInTheEnd: true },
  };
}

/**
 * An order of one card whose call names it while the journal is away: what it came to stands in the call's item alone, and
 * the card ends named.
 */
function outcomeInItsCallAlone(seed: number): Scenario {
  return {
    ...everyBranch(seed),
    cards: [{ par: aPar(1), state: 'known' }],
    giveUpAfterMs: 259_200_000,
    placings: [{ at: 0, key: 'first', order: { corporation: corporations[0], parList: [aPar(1)] } }],
    files: [],
    ...{ misbehaviourShare: 0, inquiry: undefined },
    journalAway: { from: 1, to: 30_000 },
    expected: [{ par: aPar(1), status: 'named' }],
  };
}

/** An order of one card whose first call takes effect long after its time-out; until then the card is refused. */
function effectAfterRefusal(seed: number): Scenario {
  return {
    ...outcomeInItsCallAlone(seed),
    modes: { trialPars: false, pendingRefuses: true },
    journalAway: undefined,
    queued: [{ kind: 'commit_late', commitAfterMs: 90_000 }],
    expected: [{ par: aPar(1), status: 'already_named' }],
  };
}

/** Runs in which nothing is left to chance, and no worker dies. */
export const scriptedScenarios: readonly (readonly [string, Scenario])[] = [
  ['an outcome that its call item alone holds', outcomeInItsCallAlone(1)],
  ['a call that takes effect after a refusal', effectAfterRefusal(1)],
];

/**
 * An order with a card that is not found and one that is rejected. Both become good, and two operators redrive them at once:
 * a worker that is killed then leaves calls that may have named what was refused before.
 */
function refusedAndRedriven(seed: number): Scenario {
  return {
    ...everyBranch(seed),
    placings: [{ at: 0, key: 'first', order: { corporation: corporations[0], parList: [1, 2, 3].map(aPar) } }],
    files: [],
    misbehaviourShare: 0,
    ...{ bellFaultShare: seed % 2, frozenMsMax: 50_000, inquiry: undefined },
    corrections: [2, 3].map((card) => ({ at: 400_000, par: aPar(card) })),
    redrives: [{ at: 420_000, twice: true, statuses: ['rejected', 'not_found'] }],
  };
}

export const sweptScenarios = (seed: number): [string, Scenario][] => [
  [`sweep ${seed} of every branch`, everyBranch(seed)],
  [`sweep ${seed} of a redrive`, givenUpAndRedriven(seed)],
  [`sweep ${seed} of a redrive of refused cards`, refusedAndRedriven(seed)],
];
