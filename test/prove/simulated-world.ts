import http from 'node:http';
import { createPlatform } from '../../shared/kona/client.ts';
import { createCredentials } from '../../shared/kona/credentials.ts';
import { createReadWord } from '../../shared/kona/listed-words.ts';
import { type CircuitBreaker, createCircuitBreaker } from '../../shared/limit-increase/circuit-breaker.ts';
import type { Notice } from '../../shared/limit-increase/notice.ts';
import type { Inquire, Platform } from '../../shared/limit-increase/ports.ts';
import { createReceiveUpload } from '../../shared/limit-increase/receive-upload.ts';
import { createReconcile } from '../../shared/limit-increase/reconcile.ts';
import { createRedrive } from '../../shared/limit-increase/redrive.ts';
import { createRequestLimitIncrease } from '../../shared/limit-increase/request-limit-increase.ts';
import { createSettle } from '../../shared/limit-increase/settle.ts';
import type { SettleRules } from '../../shared/limit-increase/settle-deps.ts';
import type { Par } from '../../shared/limit-increase/terms.ts';
import type { Bells } from '../../shared/limit-increase/upload.ts';
import { createWriteReport } from '../../shared/limit-increase/write-report.ts';
import { createVigil } from '../faults/vigil.ts';
import { retention } from '../support/builders.ts';
import { type CrashSwitch, createCrashSwitch } from '../support/crash-points.ts';
import { aMoment } from '../support/fixed-clock.ts';
import { simulatedCredentials } from '../support/kona-simulator/credentials.ts';
import { honestKinds } from '../support/kona-simulator/misbehaviour-kinds.ts';
import { seededRandom } from '../support/kona-simulator/random.ts';
import { createSimulatorState } from '../support/kona-simulator/state.ts';
import { createMemoryLedger } from '../support/memory-ledger.ts';
import type { OnFault } from './on-fault.ts';
import type { Scenario } from './scenario.ts';
import { createSimulatedNetwork } from './simulated-network.ts';
import { createSimulatedStore } from './simulated-store.ts';
import { createTimeline } from './timeline.ts';
import { createUnreliableLedger, noLedgerFaults } from './unreliable-ledger.ts';

// The real domain and the real client, over simulated time, network, ledger and secret: everything that happens in a run
// happens in one thread, in an order that the seed alone decides.

const rules: Omit<SettleRules, 'giveUpAfterMs' | 'parsPerCallMax'> = {
  backoffMs: [60_000, 120_000, 300_000, 900_000, 3_600_000],
  readWord: createReadWord({ successMessages: ['Success', '성공', '정상'], refusalMessages: [] }),
  callTimeoutMs: 10_000,
  reserveMs: 3_000,
  leaseGraceMs: 10_000,
};

/** Of one worker: an order, or a run of the reconciler. */
const callsAtOnceMax = 2;

const keysAtFirst = { ...simulatedCredentials };

/** What lives as long as a process, from one invocation to the next. */
export type Process = { readonly platform: Platform; readonly breaker: CircuitBreaker };

export type SimulatedWorld = ReturnType<typeof createSimulatedWorld>;
export type Worker = ReturnType<SimulatedWorld['createWorker']>;

export function createSimulatedWorld(scenario: Scenario) {
  const { seed } = scenario;
  const timeline = createTimeline(aMoment);
  // A stream for each source of chance: more of one does not shift the draws of another.
  const stream = (number: number): (() => number) => seededRandom(seed * 16 + number);
  const simulator = createSimulatorState(scenario.modes, [keysAtFirst], timeline.now);
  simulator.controls.setCards(scenario.cards);
  const kinds = honestKinds.map(({ misbehaviour }) => misbehaviour);
  simulator.controls.misbehaveAtRandom({ share: scenario.misbehaviourShare, seed: seed + 1, kinds });
  for (const { par, misbehaviour } of scenario.pinned) simulator.controls.misbehaveOn(par, misbehaviour, 'always');
  for (const misbehaviour of scenario.queued ?? []) simulator.controls.misbehaveNext(misbehaviour);
  const secret = { text: JSON.stringify(keysAtFirst) };
  const faultsPlayed = new Set<string>();
  const onFault: OnFault = (fault) => void faultsPlayed.add(fault);
  const notices: Notice[] = [];
  let listener = (_: Notice): void => {};
  let faulty = true;
  const exchange = createSimulatedNetwork({
    platform: simulator.parts,
    timeline,
    onFault,
    random: stream(1),
    faults: () => (faulty ? scenario : { refusedShare: 0, strayShare: 0 }),
  });
  const truth = createMemoryLedger({ clock: timeline.now });
  const vigil = createVigil(truth, { clock: timeline.now, giveUpAfterMs: scenario.giveUpAfterMs });
  const ledger = createUnreliableLedger(vigil.ledger(truth), {
    timeline,
    onFault,
    random: stream(2),
    faults: () => (faulty ? scenario.ledgerFaults : noLedgerFaults),
    journalAway: scenario.journalAway,
  });
  const hex = stream(3);
  let writes = 0;
  const nameWrite = (): string => {
    writes += 1;
    return `write ${writes}`;
  };
  let lastHex = '0000000';
  const mintedHex = (): string => {
    const [digits, again] = [hex(), hex()];
    if (again >= scenario.mintedTwiceShare)
      lastHex = Math.floor(digits * 0x1000_0000)
        .toString(16)
        .padStart(7, '0');
    return lastHex;
  };
  const whileFaulty = (share: number) => (): number => (faulty ? share : 0);
  const store = createSimulatedStore({
    ...{ timeline, onFault, random: stream(4) },
    faultShare: whileFaulty(scenario.storeFaultShare),
  });
  const secretFaults = { random: stream(5), share: whileFaulty(scenario.secretFaultShare) };

  const inquiryRandom = stream(6);
  const isNamed = (par: Par): boolean => simulator.controls.card(par).state === 'named';
  const inquireOf =
    ({ unknownShare }: { readonly unknownShare: number }): Inquire =>
    async (par) => {
      await timeline.sleep(50);
      const luck = inquiryRandom();
      if (faulty && luck < unknownShare / 2) {
        onFault('inquiry: fails');
        throw new Error('no inquiry');
      }
      if (faulty && luck < unknownShare) return 'unknown';
      return isNamed(par) ? 'named' : 'not_named';
    };
  const inquire = scenario.inquiry && inquireOf(scenario.inquiry);

  const notify = (notice: Notice): void => {
    notices.push(notice);
    vigil.noticed(notice);
    listener(notice);
  };

  function createProcess(): Process {
    const readSecret = async (): Promise<string> => {
      await timeline.sleep(20);
      if (secretFaults.random() < secretFaults.share()) {
        onFault('secret: not there');
        throw new Error('no secret');
      }
      return secret.text;
    };
    const credentials = createCredentials({ readSecret, clock: timeline.now, onSecretFailure: () => {} });
    const breaker = createCircuitBreaker({ ledger, clock: timeline.now, notify, rules, nameWrite });
    const platform = createPlatform({
      ...{ baseUrl: 'http://127.0.0.1/open-api', timeZone: 'KST', connectTimeoutMs: 3_000, messageEncryption: false },
      ...{ credentials, clock: timeline.now, agent: unusedAgent, exchange },
      randomHex: mintedHex,
      startTimer: (act, ms) => timeline.after(ms, act),
    });
    return { platform, breaker };
  }

  /** One invocation: its ports die with it. */
  function createWorker(fate: CrashSwitch, { platform, breaker }: Process, rings: Bells) {
    const ports = { ledger: fate.wrap(ledger), breaker: fate.wrap(breaker), bells: fate.wrap(rings) };
    const deps = { ...ports, clock: timeline.now, notify };
    const settleWith = (callsAtOnceMax: number) =>
      createSettle({
        ...{ ...deps, inquire, pause: timeline.sleep, rules: { ...rules, ...only(scenario) } },
        platform: fate.wrap(vigil.platform(platform, callsAtOnceMax)),
      });
    const settle = settleWith(callsAtOnceMax);
    return {
      ...createReceiveUpload({ ...deps, retention, ...fate.wrap({ checkUpload: store.checkUpload }) }),
      takeRung: settleWith(1).takeRung,
      writeReport: createWriteReport({ ...deps, reports: fate.wrap(store.files) }),
      order: createRequestLimitIncrease({
        ...deps,
        settle,
        parallelChunks: callsAtOnceMax,
        leaseGraceMs: rules.leaseGraceMs,
        retention,
      }),
      redrive: createRedrive(deps),
      reconcile: createReconcile({ ...deps, settle, concurrency: callsAtOnceMax }),
    };
  }

  return {
    timeline,
    simulator: { ...simulator.controls, quiet: async () => undefined },
    secret,
    notices,
    vigil,
    /** As it truly is, without faults. */
    ledger: truth,
    store,
    doubleMessageShare: whileFaulty(scenario.doubleMessageShare),
    bellFaultShare: whileFaulty(scenario.bellFaultShare),
    listen(to: (notice: Notice) => void): void {
      listener = to;
    },
    settlersMax: scenario.settlersMax,
    onFault,
    faultsPlayed,
    createProcess,
    createWorker,
    createFate: (point?: Parameters<typeof createCrashSwitch>[0], frozenMs = 0): CrashSwitch =>
      createCrashSwitch(point, () => timeline.sleep(frozenMs)),
    /** The platform, the ledger and the network behave from now on. */
    endFaults(): void {
      faulty = false;
      simulator.controls.behave();
      simulator.controls.setOutage(undefined);
      simulator.controls.setModes({ rateLimit: null, refusedCorporations: [] });
    },
  };
}

const only = ({ parsPerCallMax, giveUpAfterMs }: Scenario) => ({ parsPerCallMax, giveUpAfterMs });

// Never asked for a socket: the exchange above is not its own.
const unusedAgent = new http.Agent();
