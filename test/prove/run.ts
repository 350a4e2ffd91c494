import { fingerprint, requestIdOf } from '../../shared/limit-increase/order.ts';
import { brokenPromises, type Placed } from '../faults/properties.ts';
import type { CrashPoint } from '../support/crash-points.ts';
import { simulatedCredentials } from '../support/kona-simulator/credentials.ts';
import type { PlayedMisbehaviour } from '../support/kona-simulator/misbehaviour.ts';
import { createDraw } from './draw.ts';
import { createFileStage } from './file-stage.ts';
import type { Placing, Scenario } from './scenario.ts';
import { createSimulatedWorld, type Process, type SimulatedWorld, type Worker } from './simulated-world.ts';

export type Verdict = {
  /** In words; none if every promise held. */
  readonly broken: readonly string[];
  /** What happened, in order. */
  readonly story: readonly string[];
  readonly calls: number;
  readonly crashes: number;
  readonly freezes: number;
  /** The kinds that were played to calls. */
  readonly misbehaviours: readonly string[];
};

/** A worker that a scenario kills or freezes whatever the seed says: for going through its awaits one by one. */
export type Doomed = { readonly invocation: number; readonly point: CrashPoint };

const minuteMs = 60_000;
const postMs = 25_000;
const reconcileMs = 118_000;
const frozenMsMax = 600_000;
/** Once faults have stopped, everything is final within this: the longest back-offs, several times over. */
const patienceMs = 48 * 60 * minuteMs;
const scope = 'caller';
const idOf = (key: string): string => requestIdOf(scope, key);

export async function runScenario(scenario: Scenario, doomed: readonly Doomed[] = []): Promise<Verdict> {
  const world = createSimulatedWorld(scenario);
  const stage = createStage(scenario, world, doomed);
  for (const placing of scenario.placings) world.timeline.after(placing.at, () => stage.place(placing));
  for (const file of scenario.files) world.timeline.after(file.at, () => stage.files.upload(file));
  for (const { from, to } of scenario.outages) stage.outage(from, to);
  for (const { at, lateMs } of scenario.rotations) stage.rotate(at, lateMs);
  const start = world.timeline.now();
  const strokes = (from: number, to: number): void => {
    for (let at = from; at < to; at += minuteMs) world.timeline.after(at, stage.stroke);
  };
  strokes(minuteMs, scenario.faultyMs);
  await world.timeline.runUntil(start + scenario.faultyMs);
  const placed = await stage.durable();
  const broken = await brokenPromises({ world, simulator: world.simulator, placed });
  stage.calm();
  const deadline = world.timeline.now() + patienceMs;
  while (world.timeline.now() < deadline && (await stage.openRequests()).length > 0) {
    stage.stroke();
    await world.timeline.runUntil(world.timeline.now() + minuteMs);
  }
  // Frozen workers wake at the latest now, and change nothing.
  await world.timeline.runUntil(world.timeline.now() + frozenMsMax + postMs);
  broken.push(...(await brokenPromises({ world, simulator: world.simulator, placed: await stage.durable() })));
  broken.push(...(await stage.brokenAtTheEnd()));
  return { ...stage.counted(), broken: [...new Set(broken)], story: stage.story };
}

function createStage(scenario: Scenario, world: SimulatedWorld, doomed: readonly Doomed[]) {
  const { timeline, simulator, ledger } = world;
  const draw = createDraw(scenario.seed + 7);
  const story: string[] = [];
  const repeats: string[] = [];
  const begun = timeline.now();
  let processes: Process[] = Array.from({ length: 3 }, world.createProcess);
  let [invocations, crashes, freezes] = [0, 0, 0];
  let calm = false;

  const tell = (what: string): void => {
    story.push(`${((timeline.now() - begun) / 1_000).toFixed(3).padStart(12)} s  ${what}`);
  };

  function drawFate(): CrashPoint | undefined {
    const [dies, freezes, at] = [draw.chance(scenario.dyingShare), draw.chance(scenario.freezingShare), draw.below(30)];
    if (calm || (!dies && !freezes)) return undefined;
    const when = freezes ? 'frozen' : draw.chance(0.2) ? 'before' : 'after';
    return { await: 1 + at, when };
  }

  /** One invocation: it has a process, perhaps a bad fate, and is ended by Lambda when its time is over. */
  async function invoke(name: string, timeoutMs: number, work: (worker: Worker) => Promise<unknown>): Promise<boolean> {
    invocations += 1;
    const number = invocations;
    const point = doomed.length > 0 ? doomed.find((one) => one.invocation === number)?.point : drawFate();
    const fate = world.createFate(point, draw.below(frozenMsMax));
    const index = draw.below(processes.length);
    const process = processes[index] ?? world.createProcess();
    tell(`#${number} ${name} begins${point === undefined ? '' : `, to be ${wordOf(point)} await ${point.await}`}`);
    const callOff = timeline.after(timeoutMs, () => point?.when !== 'frozen' && fate.kill());
    const ended = work(world.createWorker(fate, process, files.bells)).then(
      () => 'ended',
      (error: unknown) => `failed: ${error instanceof Error ? error.message : String(error)}`,
    );
    const end = await Promise.race([ended, fate.died.then(() => 'died')]);
    callOff();
    tell(`#${number} ${name} ${end} after ${fate.awaits.length} awaits`);
    if (point?.when === 'frozen' && fate.awaits.length >= point.await) freezes += 1;
    if (end === 'died') {
      crashes += 1;
      processes = processes.with(index, world.createProcess());
    }
    return end === 'ended';
  }

  const files = createFileStage(world, scenario.files, createDraw(scenario.seed + 11).random, invoke);

  function place({ key, order }: Placing): void {
    void invoke(`order ${key}`, postMs + 4_000, async ({ order: accept }) => {
      const standing = await ledger.readRequest(idOf(key));
      const result = await accept(order, { scope, idempotencyKey: key }, timeline.now() + postMs);
      if (standing === undefined) return;
      const same = standing.request.fingerprint === fingerprint(order);
      const asPromised = result.result === 'ordered' ? same && result.replayed : !same;
      if (!asPromised) repeats.push(`${key} came again and was not answered as ${same ? 'a repeat' : 'another order'}`);
    });
  }

  const reconcile = (): void =>
    void invoke('reconcile', reconcileMs + 2_000, ({ reconcile: run }) => run(timeline.now() + reconcileMs));

  return {
    story,
    files,
    counted: () => {
      const misbehaviours = new Set(simulator.requests().flatMap(({ played }) => (played ? [wordFor(played)] : [])));
      return { calls: simulator.requests().length, crashes, freezes, misbehaviours: [...misbehaviours] };
    },
    place,
    stroke: (): void => {
      const [silent, double] = [draw.chance(scenario.silentShare), draw.chance(scenario.doubleShare)];
      if (calm || !silent) reconcile();
      if (!calm && !silent && double) reconcile();
    },
    outage(from: number, to: number): void {
      timeline.after(from, () => simulator.setOutage({ kind: 'http_status', status: 503, when: 'before' }));
      timeline.after(to, () => simulator.setOutage(undefined));
    },
    rotate(at: number, lateMs: number): void {
      const next = { ...simulatedCredentials, accessKey: simulatedCredentials.accessKey.replace(/.$/, '1') };
      timeline.after(at, () => simulator.setCredentials([next]));
      timeline.after(at + lateMs, () => {
        world.secret.text = JSON.stringify(next);
      });
    },
    calm(): void {
      calm = true;
      world.endFaults();
      tell('from now on everything behaves');
    },
    /** Of several orders under one key, the one that the ledger took. */
    durable: async (): Promise<Placed[]> => {
      const placed: Placed[] = [];
      for (const { key, order } of scenario.placings) {
        const requestId = idOf(key);
        const found = await ledger.readRequest(requestId);
        const isTaken = found?.request.fingerprint === fingerprint(order);
        if (isTaken && !placed.some((one) => one.requestId === requestId)) placed.push({ requestId, order });
      }
      return [...placed, ...(await files.placed())];
    },
    openRequests,
    brokenAtTheEnd: async (): Promise<string[]> => {
      const open = (await openRequests()).map(
        (requestId) => `${requestId} is open ${patienceMs / 3_600_000} h after the last fault`,
      );
      const due = await ledger.listDue(Number.MAX_SAFE_INTEGER / 2, 1_000);
      return [
        ...repeats,
        ...(await files.broken()),
        ...open,
        ...due.map((work) => `left in the index of open work: ${JSON.stringify(work)}`),
      ];
    },
  };

  async function openRequests(): Promise<string[]> {
    const ids = [...new Set(scenario.placings.map(({ key }) => idOf(key)))];
    const found = await Promise.all(ids.map((id) => ledger.readRequest(id)));
    const due = await ledger.listDue(Number.MAX_SAFE_INTEGER / 2, 1_000);
    const open = ids.filter((_, index) => found[index] !== undefined && found[index].request.status !== 'settled');
    return [...open, ...(await files.unfinished()), ...due.map((work) => JSON.stringify(work))];
  }
}

const wordFor = (played: PlayedMisbehaviour): string =>
  played.kind === 'http_status' ? `http_${played.status}` : played.kind;

const wordOf = ({ when }: CrashPoint): string =>
  when === 'frozen' ? 'frozen after' : when === 'before' ? 'killed before' : 'killed after';
