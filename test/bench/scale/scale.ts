import { startSimulatorProcess } from '../../../infra/local/simulator-process.ts';
import { startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { type Usage, usageOfFileChunk, usageOfOrder } from '../cost/usage.ts';
import { openPlatform } from '../gateway.ts';
import { cardsPerChunk } from '../good-chunks.ts';
import { always, exactly, type Figure } from '../harness.ts';
import { setModes } from '../simulator-modes.ts';
import { limitsOf } from './limits.ts';
import { type Traffic, trafficOfFile, trafficOfOrders } from './traffic.ts';

// Which limit is met first as chunks come faster: measured units on the ledger's real keys, times the rate, by AWS's
// quotas. It says nothing of what KONA PLATE bears: that is for `konaConcurrency` and `konaApiConcurrency` to hold.

const ratesPerSecond = [10, 100, 1_000];
const konaTakesMs = 200;
const tableDelayMs = 5;

export async function* scale(): AsyncGenerator<Figure> {
  const [emulator, simulator] = await Promise.all([startDynamoDbEmulator(), startSimulatorProcess()]);
  try {
    const platform = openPlatform(simulator);
    const deps = { emulator, platform };
    await setModes(simulator, { trialPars: false });
    const [orders, file] = [await trafficOfOrders(deps), await trafficOfFile(deps)];
    await setModes(simulator, { trialPars: false, latencyMs: konaTakesMs });
    const timed = { ...deps, tableDelayMs };
    yield* figuresOf('orders of 100', orders, await usageOfOrder(timed, cardsPerChunk));
    yield* figuresOf('one file', file, await usageOfFileChunk(timed));
  } finally {
    await Promise.all([emulator.stop(), simulator.close()]);
  }
}

function* figuresOf(what: string, traffic: Traffic, usage: Usage): Generator<Figure> {
  const counted = traffic.keys.reduce((sum, { units }) => sum + units, 0);
  yield exactly(`${what}: units counted by key, of those billed`, 'ratio', counted / traffic.writeUnits);
  yield exactly(`${what}: fullest of the index's 8 shards`, 'share', traffic.fullestShard);
  const limits = limitsOf(what === 'one file' ? 'file' : 'order', traffic, usage);
  for (const { name, perChunk, quota } of limits)
    yield exactly(`${what}: ${name}, met at`, 'chunks/s', quota / perChunk);
  for (const rate of ratesPerSecond)
    for (const { name, unit, perChunk, quota } of limits) {
      const [load, part] = [perChunk * rate, (perChunk * rate) / quota];
      yield {
        what: `${what}, ${rate}/s: ${name}`,
        unit,
        ours: always(load),
        reference: always(quota),
        ratio: always(part),
      };
    }
}
