import { chunkKey } from '../../../shared/ledger/keys.ts';
import { shardOf } from '../../../shared/ledger/open-work.ts';
import type { Platform } from '../../../shared/limit-increase/ports.ts';
import { countWriteUnits } from '../../integration/ledger/wire.ts';
import { aCorporation, pars } from '../../support/builders.ts';
import type { DynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { countUnits, type Units } from '../cost/units.ts';
import { createGateway, openLedger } from '../gateway.ts';
import { cardsPerChunk, goodChunks } from '../good-chunks.ts';
import { type KeyLoad, watchKeyLoad } from './key-load.ts';

// Some chunks of 100 good cards, one after the other, and where in the table they left their writes.

const chunks = 64;
/** Cards of their own, also beside those of the costs' measuring: the platform names a card once. */
const firstCardOf = { orders: 2_000_000, file: 3_000_000 } as const;

export type Traffic = Units & {
  readonly chunks: number;
  readonly keys: readonly KeyLoad[];
  /** Of the write units, those of the index. */
  readonly indexWriteUnits: number;
  /** The part of them in the index's fullest shard: an eighth, were all even. */
  readonly fullestShard: number;
};

type TrafficDeps = { readonly emulator: DynamoDbEmulator; readonly platform: Platform };

/** Each chunk is a POST of its own. */
export async function trafficOfOrders({ emulator, platform }: TrafficDeps): Promise<Traffic> {
  const { gateway, watch, end } = await open(emulator, platform);
  for (let order = 0; order < chunks; order += 1) {
    watch.nextWork();
    const parList = pars(cardsPerChunk, firstCardOf.orders + order * cardsPerChunk);
    const key = { scope: 'A', idempotencyKey: `order ${order}` };
    await gateway.order({ corporation: aCorporation(), parList }, key, Date.now() + 25_000);
  }
  return end();
}

/** All chunks are of one file, which is the most that can meet on one request. */
export async function trafficOfFile({ emulator, platform }: TrafficDeps): Promise<Traffic> {
  const { gateway, watch, end } = await open(emulator, platform);
  const rung = await gateway.receive('file', goodChunks(chunks + 1, firstCardOf.file));
  for (const ref of rung.slice(0, chunks)) {
    watch.nextWork();
    await gateway.takeRung(ref, { deadline: Date.now() + 60_000 });
  }
  return end();
}

async function open(emulator: DynamoDbEmulator, platform: Platform) {
  const table = await emulator.createTable();
  const spent = countUnits(table.client);
  const writes = countWriteUnits(table.client);
  const watch = watchKeyLoad(table);
  return {
    gateway: createGateway({ ledger: openLedger(table), platform }),
    watch,
    async end(): Promise<Traffic> {
      const units = spent();
      const indexWriteUnits = writes.reduce((sum, { ofIndex }) => sum + ofIndex, 0);
      return { ...units, chunks, keys: await watch.load(), indexWriteUnits, fullestShard: fullestShard() };
    },
  };
}

function fullestShard(): number {
  const numbers = Array.from({ length: 10_000 }, (_, index) => index + 1);
  const shards = Map.groupBy(numbers, (chunkNumber) => shardOf(chunkKey({ requestId: 'file', chunkNumber })));
  return Math.max(...[...shards.values()].map((ofShard) => ofShard.length)) / numbers.length;
}
