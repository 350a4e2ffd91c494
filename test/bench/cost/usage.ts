import { setTimeout } from 'node:timers/promises';
import type { Platform } from '../../../shared/limit-increase/ports.ts';
import { aCorporation, pars } from '../../support/builders.ts';
import type { DynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { createGateway, openLedger } from '../gateway.ts';
import { cardsPerChunk, goodChunks } from '../good-chunks.ts';
import { countUnits } from './units.ts';

// What one order, or one chunk of a file, takes of AWS when KONA PLATE names all its cards at once.

export type Usage = {
  readonly cards: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** For which Lambda bills the function's memory. */
  readonly lambdaMs: number;
  readonly calls: number;
};

export type UsageDeps = {
  readonly emulator: DynamoDbEmulator;
  readonly platform: Platform;
  /** What an answer of the table takes on AWS, beside the emulator's own time. */
  readonly tableDelayMs: number;
};

/** The last of some: the first ones are slower. */
const ordersBefore = 10;

export async function usageOfOrder(deps: UsageDeps, cards: number): Promise<Usage> {
  const { gateway, measure } = await open(deps);
  const orderOf = (order: number) => ({ corporation: aCorporation(), parList: pars(cards, 1 + order * cards) });
  for (let order = 0; order < ordersBefore; order += 1)
    await gateway.order(orderOf(order), { scope: 'A', idempotencyKey: `before ${order}` }, Date.now() + 25_000);
  return measure(cards, async () => {
    await gateway.order(orderOf(ordersBefore), { scope: 'A', idempotencyKey: 'measured' }, Date.now() + 25_000);
  });
}

/** Its writing by the reader of the file, and its settling; the time is that of its settling. */
export async function usageOfFileChunk(deps: UsageDeps): Promise<Usage> {
  const { gateway, spent, measure } = await open(deps);
  const chunks = ordersBefore + 2;
  const firstCard = 1_000_000;
  const rung = await gateway.receive('file', goodChunks(chunks, firstCard));
  const written = spent();
  const bounds = () => ({ deadline: Date.now() + 60_000 });
  for (const ref of rung.slice(0, ordersBefore)) await gateway.takeRung(ref, bounds());
  const settled = await measure(cardsPerChunk, async () => {
    const ref = rung[ordersBefore];
    if (ref !== undefined) await gateway.takeRung(ref, bounds());
  });
  return {
    ...settled,
    writeUnits: settled.writeUnits + written.writeUnits / chunks,
    readUnits: settled.readUnits + written.readUnits / chunks,
  };
}

async function open({ emulator, platform, tableDelayMs }: UsageDeps) {
  const table = await emulator.createTable();
  table.client.middlewareStack.add(
    (next) => async (args) => {
      await setTimeout(tableDelayMs);
      return next(args);
    },
    { step: 'finalizeRequest', name: 'tableDelay' },
  );
  const spent = countUnits(table.client);
  let calls = 0;
  const counted: Platform = {
    ...platform,
    call: (call) => {
      calls += 1;
      return platform.call(call);
    },
  };
  const gateway = createGateway({ ledger: openLedger(table), platform: counted });

  async function measure(cards: number, work: () => Promise<void>): Promise<Usage> {
    const before = { ...spent(), calls };
    const startedAt = performance.now();
    await work();
    const after = spent();
    return {
      cards,
      writeUnits: after.writeUnits - before.writeUnits,
      readUnits: after.readUnits - before.readUnits,
      lambdaMs: performance.now() - startedAt,
      calls: calls - before.calls,
    };
  }
  return { gateway, spent, measure };
}
