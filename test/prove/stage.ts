import { fingerprint, requestIdOf } from '../../shared/limit-increase/order.ts';
import type { Par } from '../../shared/limit-increase/terms.ts';
import type { Placed } from '../faults/properties.ts';
import { simulatedCredentials } from '../support/kona-simulator/credentials.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { createDraw } from './draw.ts';
import { createFileStage } from './file-stage.ts';
import { createInvocations, type Doomed } from './invocations.ts';
import { createOperatorStage } from './operator-stage.ts';
import type { Placing, Scenario } from './scenario.ts';
import type { SimulatedWorld } from './simulated-world.ts';

// All who do something in a run: callers, uploaders, operators, the clock that wakes the reconciler, and who rotates keys.

const postMs = 25_000;
const reconcileMs = 118_000;
const scope = 'caller';
const idOf = (key: string): string => requestIdOf(scope, key);

export type Stage = ReturnType<typeof createStage>;

export function createStage(scenario: Scenario, world: SimulatedWorld, doomed: readonly Doomed[]) {
  const { timeline, simulator, ledger } = world;
  const draw = createDraw(scenario.seed + 7);
  const story: string[] = [];
  const repeats: string[] = [];
  const begun = timeline.now();
  let calm = false;

  const tell = (what: string): void => {
    story.push(`${((timeline.now() - begun) / 1_000).toFixed(3).padStart(12)} s  ${what}`);
  };

  const invocations = createInvocations({ world, scenario, doomed, draw, tell, bells: () => files.bells });
  const { invoke } = invocations;
  const files = createFileStage(world, scenario.files, createDraw(scenario.seed + 11).random, invoke);
  const operators = createOperatorStage({
    ...{ world, invoke, draw: createDraw(scenario.seed + 13), redrivenAfterMs: scenario.redrivenAfterMs },
    requestIds: async () => (await durable()).map(({ requestId }) => requestId),
  });

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
    operators,
    coverage: (): Coverage => ({
      ...{ ...invocations.counted(), ...coverageOf(world) },
      rotations: scenario.rotations.length,
    }),
    place,
    stroke: (): void => {
      const [silent, double] = [draw.chance(scenario.silentShare), draw.chance(scenario.doubleShare)];
      if (calm || !silent) reconcile();
      if (!calm && !silent && double) reconcile();
    },
    outage({ from, to, misbehaviour }: Scenario['outages'][number]): void {
      timeline.after(from, () => simulator.setOutage(misbehaviour));
      timeline.after(to, () => simulator.setOutage(undefined));
    },
    correct: (par: Par): void => simulator.setCards([{ par, state: 'known' }]),
    rotate(at: number, lateMs: number): void {
      const next = { ...simulatedCredentials, accessKey: simulatedCredentials.accessKey.replace(/.$/, '1') };
      timeline.after(at, () => simulator.setCredentials([next]));
      timeline.after(at + lateMs, () => {
        world.secret.text = JSON.stringify(next);
      });
    },
    calm(): void {
      calm = true;
      invocations.calm();
      operators.calm();
      world.endFaults();
      tell('from now on everything behaves');
    },
    durable,
    openRequests,
    brokenAtTheEnd: async (): Promise<string[]> => {
      const open = (await openRequests()).map((requestId) => `${requestId} is open long after the last fault`);
      const due = await ledger.listDue(Number.MAX_SAFE_INTEGER / 2, 1_000);
      return [
        ...repeats,
        ...(await files.broken()),
        ...(await operators.broken()),
        ...(await unexpected()),
        ...open,
        ...due.map((work) => `left in the index of open work: ${JSON.stringify(work)}`),
      ];
    },
  };

  async function unexpected(): Promise<string[]> {
    const broken: string[] = [];
    for (const { par, status } of scenario.expected ?? []) {
      const [newest] = await ledger.readCardHistory(par);
      const found = newest?.entry === 'result' ? newest.status : 'open';
      if (found !== status) broken.push(`a card ends ${found}, and not ${status}`);
    }
    return broken;
  }

  /** Of several orders under one key, the one that the ledger took. */
  async function durable(): Promise<Placed[]> {
    const placed: Placed[] = [];
    for (const { key, order } of scenario.placings) {
      const requestId = idOf(key);
      const found = await ledger.readRequest(requestId);
      const isTaken = found?.request.fingerprint === fingerprint(order);
      if (isTaken && !placed.some((one) => one.requestId === requestId)) placed.push({ requestId, order });
    }
    return [...placed, ...(await files.placed())];
  }

  async function openRequests(): Promise<string[]> {
    const ids = [...new Set(scenario.placings.map(({ key }) => idOf(key)))];
    const found = await Promise.all(ids.map((id) => ledger.readRequest(id)));
    const due = await ledger.listDue(Number.MAX_SAFE_INTEGER / 2, 1_000);
    const open = ids.filter((_, index) => found[index] !== undefined && found[index].request.status !== 'settled');
    return [...open, ...(await files.unfinished()), ...due.map((work) => JSON.stringify(work))];
  }
}
