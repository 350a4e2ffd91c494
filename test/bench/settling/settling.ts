import assert from 'node:assert/strict';
import { type SimulatorProcess, startSimulatorProcess } from '../../../infra/local/simulator-process.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { createGateway, openLedger, openPlatform } from '../gateway.ts';
import { cardsPerChunk, goodChunks } from '../good-chunks.ts';
import { compare, type Figure, perSecond } from '../harness.ts';
import { setModes } from '../simulator-modes.ts';
import { createBareSettler } from './bare-settler.ts';

// How fast chunks of a file are settled, ledger, client and sockets real, against bare code on the same table engine,
// the same SDK and the same client of KONA PLATE. How the chunks came into the table is not measured.

const chunks = 40;
const concurrency = 5;
const latenciesMs = [0, 200];

export async function* settling(rounds: number): AsyncGenerator<Figure> {
  const [emulator, simulator] = await Promise.all([startDynamoDbEmulator(), startSimulatorProcess()]);
  try {
    const { ours, bare } = await openBoth(emulator, simulator);
    for (const latencyMs of latenciesMs) {
      await setModes(simulator, { trialPars: false, latencyMs });
      const what = `${chunks} chunks of ${cardsPerChunk}, ${concurrency} at once, KONA PLATE takes ${latencyMs} ms`;
      yield await compare({ what, unit: 'chunks/s', ours, reference: bare }, rounds);
    }
  } finally {
    await Promise.all([emulator.stop(), simulator.close()]);
  }
}

async function openBoth(emulator: DynamoDbEmulator, simulator: SimulatorProcess) {
  const platform = openPlatform(simulator);
  const gateway = createGateway({ ledger: openLedger(await emulator.createTable()), platform });
  const settler = createBareSettler({ ...(await emulator.createTable()), platform, clock: Date.now });
  let cards = 1;
  const freshCut = () => {
    const cut = goodChunks(chunks, cards);
    cards += cut.cardsTotal;
    return cut;
  };
  return {
    async ours(): Promise<number> {
      const refs = await gateway.receive(`file-${cards}`, freshCut());
      assert.equal(refs.length, chunks);
      return perSecond(chunks, () => eachOf(refs, async (ref) => settled(ref)));
    },
    async bare(): Promise<number> {
      const cut = freshCut();
      const keys = Array.from({ length: chunks }, (_, index) => `${cards}#${index + 1}`);
      for (const [index, key] of keys.entries()) await settler.put(key, cut.chunkAt(index + 1));
      return perSecond(chunks, () => eachOf(keys, settler.settle));
    },
  };

  async function settled(ref: Parameters<typeof gateway.takeRung>[0]): Promise<void> {
    const { end, stored } = await gateway.takeRung(ref, { deadline: Date.now() + 60_000 });
    assert(end === 'settled' && stored.state.results.size === cardsPerChunk, 'good cards are named');
  }
}

async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
