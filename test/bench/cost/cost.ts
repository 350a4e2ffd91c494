import { startSimulatorProcess } from '../../../infra/local/simulator-process.ts';
import { startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { openPlatform } from '../gateway.ts';
import { exactly, type Figure } from '../harness.ts';
import { setModes } from '../simulator-modes.ts';
import { monthlyCost, type Way } from './monthly.ts';
import { type Usage, usageOfFileChunk, usageOfOrder } from './usage.ts';

// What a card takes, and what a month of them costs. Units and calls come out the same every time. The milliseconds are
// nearly all waiting, for a table and a platform as slow as is assumed here.

const konaTakesMs = 200;
const tableDelayMs = 5;
const cardsPerMonth = [1_000, 100_000, 10_000_000];

export async function* cost(): AsyncGenerator<Figure> {
  const [emulator, simulator] = await Promise.all([startDynamoDbEmulator(), startSimulatorProcess()]);
  try {
    await setModes(simulator, { trialPars: false, latencyMs: konaTakesMs });
    const deps = { emulator, platform: openPlatform(simulator), tableDelayMs };
    yield* figuresOf('order of 1', 'order', await usageOfOrder(deps, 1));
    yield* figuresOf('order of 100', 'order', await usageOfOrder(deps, 100));
    yield* figuresOf('chunk of 100 of a file', 'file', await usageOfFileChunk(deps));
  } finally {
    await Promise.all([emulator.stop(), simulator.close()]);
  }
}

function* figuresOf(what: string, way: Way, usage: Usage): Generator<Figure> {
  yield exactly(`${what}: calls`, 'calls', usage.calls);
  yield exactly(`${what}: a card`, 'write units', usage.writeUnits / usage.cards);
  yield exactly(`${what}: a card`, 'read units', usage.readUnits / usage.cards);
  yield exactly(`${what}: a card`, 'Lambda ms', usage.lambdaMs / usage.cards);
  for (const cards of cardsPerMonth) {
    const month = `${what}: ${cards.toLocaleString('en')} cards a month`;
    for (const [part, dollars] of Object.entries(monthlyCost(cards, way, usage)))
      yield exactly(`${month}, ${part}`, 'USD', dollars);
  }
}
