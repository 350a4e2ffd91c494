import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestIdOf } from '../../shared/limit-increase/order.ts';
import { aCorporation, aPar } from '../support/builders.ts';
import type { CrashPoint } from '../support/crash-points.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../support/dynamodb-emulator.ts';
import type { CardSetup } from '../support/kona-simulator/cards.ts';
import { honestKinds } from '../support/kona-simulator/misbehaviour-kinds.ts';
import type { ModesChange } from '../support/kona-simulator/modes.ts';
import { type KonaSimulator, startKonaSimulator } from '../support/kona-simulator/server.ts';
import { brokenPromises, type Placed } from './properties.ts';
import { openWorld, type World } from './world.ts';

// Random orders of two corporations over the same few cards, a platform that misbehaves at random in every honest way,
// workers that die at random and reconcilers that come twice at once. Then the faults stop, and everything must end well.
// A failure prints its seed and path; FC_SEED and FC_PATH replay it, FC_RUNS says how many runs.

let emulator: DynamoDbEmulator;
let simulator: KonaSimulator;
beforeAll(async () => {
  [emulator, simulator] = await Promise.all([startDynamoDbEmulator(), startKonaSimulator()]);
});
afterAll(() => Promise.all([emulator.stop(), simulator.close()]));

const cardsOfAll = 12;
const corporations = [aCorporation(), aCorporation({ corporationName: '㈜다른회사', bizLicenseNo: '1348672683' })];
const honest = honestKinds.map(({ misbehaviour }) => misbehaviour);

const setups = fc.array(fc.constantFrom('known', 'known', 'known', 'unknown', 'terminated', 'named'), {
  minLength: cardsOfAll,
  maxLength: cardsOfAll,
});
const modes = fc.record<ModesChange>({
  alreadyNamedRefuses: fc.constantFrom('any', 'all'),
  refusedListCommits: fc.constantFrom('none', 'all_good', 'before_first_fault', 'arbitrary'),
  badCardsInLists: fc.constantFrom('refuse', 'listed_with_word'),
  checkOrder: fc.constantFrom('not_found_first', 'already_named_first'),
  listAlreadyNamed: fc.boolean(),
});
const orders = fc.array(
  fc.record({
    corporation: fc.constantFrom(...corporations),
    cards: fc.uniqueArray(fc.integer({ min: 0, max: cardsOfAll - 1 }), { minLength: 1, maxLength: 8 }),
    crash: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 3 },
);
const runs = fc.record({
  setups,
  modes,
  orders,
  misbehaviour: fc.record({ share: fc.constantFrom(0, 0.2, 0.5), seed: fc.nat() }),
  parsPerCallMax: fc.constantFrom(1, 3, 100),
  twoAtOnce: fc.boolean(),
});
type Run = typeof runs extends fc.Arbitrary<infer R> ? R : never;

const cardSetup = (state: string, index: number): CardSetup => {
  const par = aPar(index + 1);
  if (state === 'named') return { par, state, bizLicenseNo: '9999999999', registrationNumber: '9999999999999' };
  return { par, state: state === 'known' ? 'known' : state === 'unknown' ? 'unknown' : 'terminated' };
};

const numberFrom = (name: string): number | undefined =>
  process.env[name] === undefined ? undefined : Number(process.env[name]);

async function brokenBy(run: Run): Promise<string[]> {
  simulator.forget();
  simulator.setModes({ trialPars: false, ...run.modes });
  simulator.setCards(run.setups.map(cardSetup));
  simulator.misbehaveAtRandom({ ...run.misbehaviour, kinds: honest });
  const world = await openWorld(emulator, simulator, { parsPerCallMax: run.parsPerCallMax });
  const placed = run.orders.map(({ corporation, cards }, index) => ({
    requestId: requestIdOf('A', `order-${index}`),
    order: { corporation, parList: cards.map((card) => aPar(card + 1)) },
  }));
  await Promise.all(
    placed.map(({ order }, index) => world.worker(crashAt(run.orders[index]?.crash)).order(order, `order-${index}`)),
  );
  const durable = [];
  for (const one of placed) if (await world.ledger.readRequest(one.requestId)) durable.push(one);
  for (let round = 0; round < 2; round += 1) {
    world.passTime(130_000);
    const reconcilers = [world.worker(crashAt(run.orders[round]?.crash)), ...(run.twoAtOnce ? [world.worker()] : [])];
    await Promise.all(reconcilers.map((one) => one.reconcile()));
  }
  const broken = await brokenPromises({ world, simulator, placed: durable });
  simulator.behave();
  await world.untilSettled(durable.map(({ requestId }) => requestId));
  broken.push(...(await brokenPromises({ world, simulator, placed: durable })));
  broken.push(...(await brokenByRepeating(world, placed, durable)));
  await world.close();
  return broken;
}

/** The same key and order: the same request and no further call. The same key and another order: refused, and no call. */
async function brokenByRepeating(
  world: World,
  placed: readonly Placed[],
  durable: readonly Placed[],
): Promise<string[]> {
  const calls = simulator.requests().length;
  const broken: string[] = [];
  for (const [index, one] of placed.entries()) {
    if (!durable.includes(one)) continue;
    const turned = { ...one.order, parList: [...one.order.parList].reverse() };
    const repeated = await world.worker().order(turned, `order-${index}`);
    if (repeated?.result !== 'ordered' || !repeated.replayed || repeated.request.requestId !== one.requestId)
      broken.push(`order-${index} repeated is another request`);
    const other = { ...one.order, parList: [...one.order.parList, aPar(99)] };
    const reused = await world.worker().order(other, `order-${index}`);
    if (reused?.result !== 'key_reused') broken.push(`order-${index} took another order under its key`);
  }
  if (simulator.requests().length !== calls) broken.push('a repeat began a call');
  return broken;
}

const crashAt = (point: number | undefined): CrashPoint | undefined =>
  point === undefined ? undefined : { await: point, when: 'after' };

describe('random orders over a platform that misbehaves and workers that die', () => {
  // failures: F126 F133 F140
  it('keep every promise, and end once the faults stop', { timeout: 240_000 }, async () => {
    const numRuns = numberFrom('FC_RUNS') ?? 40;
    const [seed, path] = [numberFrom('FC_SEED'), process.env['FC_PATH']];
    const replay = { ...(seed !== undefined && { seed }), ...(path !== undefined && { path }) };
    await fc.assert(
      fc.asyncProperty(runs, async (run) => {
        expect(await brokenBy(run)).toEqual([]);
      }),
      { numRuns, endOnFailure: false, interruptAfterTimeLimit: 200_000, ...replay },
    );
  });
});
