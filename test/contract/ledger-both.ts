import { afterAll, beforeAll, describe } from 'vitest';
import { createLedger } from '../../shared/ledger/ledger.ts';
import type { Clock, Ledger } from '../../shared/limit-increase/ports.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../support/dynamodb-emulator.ts';
import { createFixedClock } from '../support/fixed-clock.ts';
import { createMemoryLedger } from '../support/memory-ledger.ts';

/** Holds the ledger in memory and the one on DynamoDB to the same promises. Every opened ledger is empty. */
export function describeBothLedgers(promises: (openLedger: (clock?: Clock) => Promise<Ledger>) => void): void {
  describe('in memory', () => promises(async (clock = createFixedClock()) => createMemoryLedger({ clock })));

  describe('on DynamoDB', () => {
    let emulator: DynamoDbEmulator;
    beforeAll(async () => {
      emulator = await startDynamoDbEmulator();
    });
    afterAll(() => emulator.stop());

    promises(async (clock = createFixedClock()) => {
      const table = await emulator.createTable();
      return createLedger({ ...table, clock });
    });
  });
}
