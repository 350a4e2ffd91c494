import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestIdOf } from '../../shared/limit-increase/order.ts';
import { aCorporation, pars } from '../support/builders.ts';
import { type CrashPoint, crashPointsOf } from '../support/crash-points.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../support/dynamodb-emulator.ts';
import type { Misbehaviour } from '../support/kona-simulator/misbehaviour.ts';
import type { ModesChange } from '../support/kona-simulator/modes.ts';
import { type KonaSimulator, startKonaSimulator } from '../support/kona-simulator/server.ts';
import { brokenPromises } from './properties.ts';
import { openWorld, type World } from './world.ts';

// One order of five cards: one is unknown to the platform, one was named before, one is terminated, so that the list has
// to be split. Its run is repeated once for every await in it, and the worker is killed there, before or after the await
// took effect. Then another worker reconciles; the end must be what a run without a crash could have come to.

let emulator: DynamoDbEmulator;
let simulator: KonaSimulator;
beforeAll(async () => {
  [emulator, simulator] = await Promise.all([startDynamoDbEmulator(), startKonaSimulator()]);
});
afterAll(() => Promise.all([emulator.stop(), simulator.close()]));

const parList = pars(5);
const [, unknown, terminated, namedBefore] = parList;
const order = { corporation: aCorporation(), parList };
const requestId = requestIdOf('A', 'key');

async function freshWorld(modes: ModesChange, misbehaviour: Misbehaviour | undefined): Promise<World> {
  simulator.forget();
  simulator.setModes({ trialPars: false, refusedListCommits: 'none', alreadyNamedRefuses: 'any', ...modes });
  simulator.setCards([
    { par: unknown ?? '', state: 'unknown' },
    { par: terminated ?? '', state: 'terminated' },
    { par: namedBefore ?? '', state: 'named', bizLicenseNo: '9999999999', registrationNumber: '9999999999999' },
  ]);
  if (misbehaviour !== undefined) simulator.misbehaveNext(misbehaviour);
  return openWorld(emulator, simulator);
}

/** The order, by a worker that dies at `crash`; the same worker then reconciles until it dies or everything is settled. */
async function orderAndReconcile(world: World, crash?: CrashPoint): Promise<readonly string[]> {
  const doomed = world.worker(crash);
  await doomed.order(order, 'key');
  for (let run = 0; run < 3; run += 1) {
    world.passTime(130_000);
    await doomed.reconcile();
  }
  return doomed.awaits;
}

async function statuses(world: World): Promise<readonly (string | undefined)[]> {
  const stored = await world.ledger.readChunk({ requestId, chunkNumber: 1 });
  return parList.map((_, position) => stored?.state.results.get(position)?.status);
}

const scenarios: readonly { name: string; modes: ModesChange; misbehaviour?: Misbehaviour }[] = [
  { name: 'a refused list commits nothing', modes: {} },
  { name: 'a refused list commits its good cards', modes: { refusedListCommits: 'all_good' } },
  { name: 'a list is refused 003_050 only if all are named', modes: { alreadyNamedRefuses: 'all' } },
  { name: 'the first call takes effect and is reset', modes: {}, misbehaviour: { kind: 'reset', when: 'after' } },
];

describe.each(scenarios)('an order of five cards, killed at every await, where $name', ({ modes, misbehaviour }) => {
  // failures: F001 F002 F003 F004 F005 F006 F011 F072 F132 F133 F134
  it('ends in the truth for every card, with every promise kept', { timeout: 120_000 }, async () => {
    const clean = await freshWorld(modes, misbehaviour);
    const awaits = await orderAndReconcile(clean);
    await clean.untilSettled([requestId]);
    expect(await statuses(clean)).not.toContain(undefined);
    expect(await brokenPromises({ world: clean, simulator, placed: [{ requestId, order }] })).toEqual([]);
    await clean.close();

    const broken: string[] = [];
    for (const crash of crashPointsOf(awaits.length)) {
      const world = await freshWorld(modes, misbehaviour);
      await orderAndReconcile(world, crash);
      const durable = (await world.ledger.readRequest(requestId)) !== undefined;
      const where = `killed ${crash.when} await ${crash.await} (${awaits[crash.await - 1]})`;
      if (durable) broken.push(...(await brokenAfterRecovery(world)).map((what) => `${where}: ${what}`));
      else if (simulator.requests().length > 0) broken.push(`${where}: called without a durable order`);
      await world.close();
    }
    expect(broken).toEqual([]);
  });
});

async function brokenAfterRecovery(world: World): Promise<string[]> {
  const placed = [{ requestId, order }];
  const before = await brokenPromises({ world, simulator, placed });
  await world.untilSettled([requestId]);
  const [good, notFound, rejected, already, goodToo] = await statuses(world);
  const wrong: string[] = [];
  if (notFound !== 'not_found' || rejected !== 'rejected' || already !== 'already_named')
    wrong.push(`ends as ${notFound}, ${rejected}, ${already}`);
  for (const status of [good, goodToo])
    if (status !== 'named' && status !== 'already_named') wrong.push(`a good card ends as ${status}`);
  return [...before, ...wrong, ...(await brokenPromises({ world, simulator, placed }))];
}
