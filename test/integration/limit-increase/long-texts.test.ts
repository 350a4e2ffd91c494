import http from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { createPlatform, type PlatformDeps } from '../../../shared/kona/client.ts';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { cutChunks } from '../../../shared/limit-increase/chunk.ts';
import type { Clock } from '../../../shared/limit-increase/ports.ts';
import { createSettle } from '../../../shared/limit-increase/settle.ts';
import {
  aCallingState,
  aChunk,
  aCorporation,
  anEndedCall,
  anOrder,
  aRequestId,
  aSettledState,
  pars,
  retention,
} from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { simulatedCredentials } from '../../support/kona-simulator/credentials.ts';
import { storedItems } from '../../support/time-to-live.ts';
import { cardsWithLongestTexts } from '../../unit/ledger/longest-texts.ts';
import { openSettleWorld } from '../../unit/limit-increase/settle-world.ts';

// DynamoDB refuses an item of more than 400 KB: a chunk whose item is larger can never be written again.

let emulator: DynamoDbEmulator;
beforeAll(async () => {
  emulator = await startDynamoDbEmulator();
});
afterAll(() => emulator.stop());

const cards = 100;
const ref = { requestId: aRequestId, chunkNumber: 1 };

type LedgerTable = Awaited<ReturnType<DynamoDbEmulator['createTable']>>;

async function largestItemBytes(table: LedgerTable): Promise<number> {
  const items = await storedItems(table);
  return Math.max(...items.map((item) => Buffer.byteLength(JSON.stringify(item))));
}

it('stores a chunk of a hundred cards with the longest texts in every field, no two alike', async () => {
  const table = await emulator.createTable();
  const ledger = createLedger({ ...table, clock: createFixedClock() });
  const chunk = aChunk({ pars: pars(cards) });
  await ledger.accept(anOrder([{ chunk, state: aCallingState(cards) }]));
  const results = new Map(
    [...cardsWithLongestTexts().results].map(([n, one]) => [n, { ...one, status: 'named' as const }]),
  );
  const state = aSettledState(cards, { ...cardsWithLongestTexts(), results });
  const step = { chunk, state, now: aMoment + 1, takes: false, ended: anEndedCall(), tally: state.tallied };
  expect(await ledger.journal(step)).toBe('journalled');
  expect(await largestItemBytes(table)).toBeLessThan(300_000);
  expect((await ledger.readChunk(ref))?.state.results.size).toBe(cards);
});

/** Lists the cards with a word of its own for each, and refuses each alone; every text has 500 Korean characters. */
function createWordyPlatform(clock: Clock) {
  let texts = 0;
  const text = (): string => {
    texts += 1;
    return String.fromCodePoint(...[...String(texts).padStart(8, '0')].map((digit) => 0xac00 + Number(digit))).padEnd(
      500,
      '코',
    );
  };
  const parListSchema = z.object({ parList: z.array(z.string()) });
  let digits = 0;
  const exchange: PlatformDeps['exchange'] = async ({ body, headers }) => {
    const { parList } = parListSchema.parse(JSON.parse(body.toString()));
    const isRefused = parList.length === 1;
    const said = isRefused
      ? { response: { code: '003_001', description: text() } }
      : {
          response: { code: '000_000', description: text() },
          namedResultList: parList.map((par) => ({ par, returnMessage: text() })),
        };
    const echo = { 'x-km-correlation-id': headers['X-KM-Correlation-Id'] };
    return { kind: 'whole', httpStatus: isRefused ? 400 : 200, headers: echo, body: Buffer.from(JSON.stringify(said)) };
  };
  const secret = JSON.stringify(simulatedCredentials);
  const platform = createPlatform({
    ...{ baseUrl: 'http://127.0.0.1/open-api', timeZone: 'KST', connectTimeoutMs: 1_000, messageEncryption: false },
    ...{ clock, exchange, agent: new http.Agent(), startTimer: () => () => {} },
    credentials: { current: async () => JSON.parse(secret), refresh: async () => false, markRefused: () => {} },
    randomHex: () => {
      digits += 1;
      return digits.toString(16).padStart(7, '0');
    },
  });
  return platform;
}

// Two hundred steps, each of which writes some 100 KB.
// failures: F102
it('settles an order of a hundred cards whose every text has 500 Korean characters', { timeout: 120_000 }, async () => {
  const table = await emulator.createTable();
  const world = openSettleWorld();
  const { clock } = world;
  const ledger = createLedger({ ...table, clock });
  const cut = {
    requestId: aRequestId,
    acceptedAt: clock(),
    expiresAt: retention(clock()),
    corporation: aCorporation(),
  };
  await ledger.accept(anOrder(cutChunks({ ...cut, pars: pars(cards), dueAt: clock() })));
  const settle = createSettle({ ...world.depsOver(ledger), platform: createWordyPlatform(clock) });
  let largest = 0;
  for (let run = 0; run < 20; run += 1) {
    const { end } = await settle.takeDue(ref, world.bounds());
    expect(['parked', 'settled', 'not_due']).toContain(end);
    largest = Math.max(largest, await largestItemBytes(table));
    if (end === 'settled') break;
    clock.advance(300_000);
  }
  expect((await ledger.readChunk(ref))?.state.stage).toBe('done');
  expect(largest).toBeLessThan(300_000);
});
