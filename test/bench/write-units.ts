import { startSimulatorProcess } from '../../infra/local/simulator-process.ts';
import type { Ledger, Platform } from '../../shared/limit-increase/ports.ts';
import { countWriteUnits } from '../integration/ledger/wire.ts';
import { watchRoundTrips } from '../integration/limit-increase/round-trips.ts';
import { aCorporation, pars } from '../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../support/dynamodb-emulator.ts';
import { createGateway, openLedger, openPlatform } from './gateway.ts';
import { cardsPerChunk, goodChunks } from './good-chunks.ts';
import { exactly, type Figure } from './harness.ts';
import { setModes } from './simulator-modes.ts';
import { type Step, watchSteps } from './steps.ts';

// What DynamoDB is asked for 100 cards that are all named by one call: each verb of the ledger, in order, in the units
// that AWS bills, and how many of its round trips wait for one another.

export async function* writeUnits(): AsyncGenerator<Figure> {
  const [emulator, simulator] = await Promise.all([startDynamoDbEmulator(), startSimulatorProcess()]);
  try {
    await setModes(simulator, { trialPars: false });
    const platform = openPlatform(simulator);
    yield* figuresOf('order', await stepsOfOrder(emulator, platform));
    yield* figuresOf('chunk of a file', await stepsOfFileChunk(emulator, platform));
  } finally {
    await Promise.all([emulator.stop(), simulator.close()]);
  }
}

async function stepsOfOrder(emulator: DynamoDbEmulator, platform: Platform): Promise<readonly Step[]> {
  const { ledger, steps } = await openWatched(emulator);
  const order = { corporation: aCorporation(), parList: pars(cardsPerChunk) };
  const key = { scope: 'A', idempotencyKey: 'key' };
  await createGateway({ ledger, platform }).order(order, key, Date.now() + 25_000);
  return steps;
}

/** One in the middle: the first makes the process know how the platform is, and the last settles its request too. */
async function stepsOfFileChunk(emulator: DynamoDbEmulator, platform: Platform): Promise<readonly Step[]> {
  const { ledger, steps } = await openWatched(emulator);
  const gateway = createGateway({ ledger, platform });
  const chunks = 3;
  const bounds = { deadline: Date.now() + 60_000 };
  const [first, second] = await gateway.receive('file', goodChunks(chunks, cardsPerChunk + 1));
  const written = steps.filter(({ verbs }) => verbs === 'writeChunks');
  if (first !== undefined) await gateway.takeRung(first, bounds);
  steps.splice(0);
  if (second !== undefined) await gateway.takeRung(second, bounds);
  return [...written.map((step) => ({ ...step, units: step.units / chunks })), ...steps];
}

async function openWatched(emulator: DynamoDbEmulator): Promise<{ ledger: Ledger; steps: Step[] }> {
  const table = await emulator.createTable();
  const [spent, roundTrips] = [countWriteUnits(table.client), watchRoundTrips(table.client)];
  return watchSteps(openLedger(table), spent, roundTrips);
}

function* figuresOf(what: string, steps: readonly Step[]): Generator<Figure> {
  const units = steps.reduce((sum, step) => sum + step.units, 0);
  // Those of writeChunks are shared: up to 25 chunks are written side by side, before any of them is settled.
  const roundTrips = steps.reduce((sum, step) => sum + (step.verbs === 'writeChunks' ? 0 : step.roundTrips), 0);
  for (const [index, { verbs, units: spent }] of steps.entries())
    yield exactly(`${what}: ${index + 1}. ${verbs}`, 'write units', spent);
  yield exactly(`${what}: all`, 'write units', units);
  yield exactly(`${what}: a card`, 'write units', units / cardsPerChunk);
  yield exactly(`${what}: one after the other`, 'round trips', roundTrips);
}
