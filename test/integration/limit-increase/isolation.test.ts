import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sumCounts } from '../../../shared/limit-increase/counts.ts';
import { openWorld } from '../../faults/world.ts';
import { aCorporation, pars } from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import type { ModesChange } from '../../support/kona-simulator/modes.ts';
import { type KonaSimulator, startKonaSimulator } from '../../support/kona-simulator/server.ts';

let emulator: DynamoDbEmulator;
let simulator: KonaSimulator;
beforeAll(async () => {
  [emulator, simulator] = await Promise.all([startDynamoDbEmulator(), startKonaSimulator({ trialPars: false })]);
});
afterAll(() => Promise.all([emulator.stop(), simulator.close()]));

const parList = pars(100);

/** How many calls an order of 100 cards takes, of which these are unknown to the platform. */
async function callsFor(unknown: readonly number[], modes: ModesChange): Promise<number> {
  simulator.forget();
  simulator.setModes({ refusedListCommits: 'none', alreadyNamedRefuses: 'any', ...modes });
  simulator.setCards(unknown.map((position) => ({ par: parList[position] ?? '', state: 'unknown' })));
  const world = await openWorld(emulator, simulator);
  const result = await world.worker().order({ corporation: aCorporation(), parList }, 'key');
  expect(result).toMatchObject({ result: 'ordered', counts: { not_found: unknown.length } });
  expect(result?.result === 'ordered' && sumCounts(result.counts)).toBe(parList.length);
  await world.close();
  return simulator.requests().length;
}

describe('an order of 100 cards', () => {
  // failures: F071
  it.each([[[]], [[0]], [[49]], [[99]]])('takes at most 15 calls with the unknown cards %j', async (unknown) => {
    expect(await callsFor(unknown, {})).toBeLessThanOrEqual(unknown.length === 0 ? 1 : 15);
  });

  it.each([[[0, 1]], [[0, 99]], [[37, 62]]])('takes at most 27 calls with the unknown cards %j', async (unknown) => {
    expect(await callsFor(unknown, {})).toBeLessThanOrEqual(27);
  });

  it.each<ModesChange>([
    { refusedListCommits: 'all_good', alreadyNamedRefuses: 'any' },
    { refusedListCommits: 'all_good', alreadyNamedRefuses: 'all' },
    { refusedListCommits: 'none', alreadyNamedRefuses: 'all' },
  ])('takes at most 112 calls where $refusedListCommits, $alreadyNamedRefuses', async (modes) => {
    for (const unknown of [[50], [3, 97], Array.from({ length: 50 }, (_, half) => half * 2)])
      expect(await callsFor(unknown, modes)).toBeLessThanOrEqual(112);
  });
});
