import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorld } from '../../faults/world.ts';
import { aCorporation, pars } from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { type KonaSimulator, startKonaSimulator } from '../../support/kona-simulator/server.ts';
import { countWriteUnits, sumOf } from '../ledger/wire.ts';
import { watchRoundTrips } from './round-trips.ts';

// What a clean order of 100 cards costs, through the whole use case: the budget that the design of the table is built on.

let emulator: DynamoDbEmulator;
let simulator: KonaSimulator;
beforeAll(async () => {
  [emulator, simulator] = await Promise.all([startDynamoDbEmulator(), startKonaSimulator({ trialPars: false })]);
});
afterAll(() => Promise.all([emulator.stop(), simulator.close()]));

const order = { corporation: aCorporation(), parList: pars(100) };

it('takes one call, at most four round trips to the ledger in sequence and at most 125 write units', async () => {
  const world = await openWorld(emulator, simulator);
  const spent = countWriteUnits(world.client);
  // The worker alone: the vigil's own reads would count too.
  const roundTrips = watchRoundTrips(world.client);
  const result = await world.plainWorker().order(order, 'key');
  expect(result).toMatchObject({ result: 'ordered', replayed: false, counts: { named: 100 } });
  expect(simulator.requests()).toHaveLength(1);
  expect(roundTrips()).toEqual([
    // How the platform is, beside it. The order, its chunk, the chunk's cards, and the call, before its first byte leaves.
    'QueryCommand + TransactWriteItemsCommand',
    // The outcome, the chunk settled, the tally.
    'TransactWriteItemsCommand',
    // The item of each card.
    'BatchWriteItemCommand',
    // Chunk and request leave the index of open work.
    'UpdateItemCommand',
  ]);
  expect(sumOf(spent)).toBeLessThanOrEqual(125);
  await world.close();
});

it('takes two round trips for an order of up to ten cards: all that follows from the outcome is written with it', async () => {
  const world = await openWorld(emulator, simulator);
  const spent = countWriteUnits(world.client);
  const roundTrips = watchRoundTrips(world.client);
  const small = { corporation: aCorporation(), parList: pars(10, 200) };
  expect(await world.plainWorker().order(small, 'small')).toMatchObject({ counts: { named: 10 } });
  expect(roundTrips()).toEqual(['QueryCommand + TransactWriteItemsCommand', 'TransactWriteItemsCommand']);
  // Of request, chunk, call and cards 2 each, and both enter the index; of chunk, call, tally, request and each card 2,
  // and both leave the index.
  expect(spent.map(({ units }) => units)).toEqual([10, 30]);
  await world.close();
});
