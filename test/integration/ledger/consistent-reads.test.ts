import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { aCorrelationId, anOrder, aPar, aRequestId, retention } from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';

let emulator: DynamoDbEmulator;
beforeAll(async () => {
  emulator = await startDynamoDbEmulator();
});
afterAll(() => emulator.stop());

// An emulator is always consistent, so the requests themselves are looked at.
// failures: F109
it('asks for consistent reads of the table, always, and of the index never, which cannot give them', async () => {
  const table = await emulator.createTable();
  const ledger = createLedger({ ...table, clock: createFixedClock() });
  await ledger.accept(anOrder());
  const reads: { index: boolean; consistent: boolean }[] = [];
  table.client.middlewareStack.add(
    (next) => async (args) => {
      const consistent = 'ConsistentRead' in args.input && args.input.ConsistentRead === true;
      reads.push({ index: 'IndexName' in args.input, consistent });
      return next(args);
    },
    { step: 'initialize' },
  );
  await ledger.readRequest(aRequestId);
  await ledger.readChunk({ requestId: aRequestId, chunkNumber: 1 });
  await ledger.readCall(aCorrelationId());
  await ledger.readCardHistory(aPar());
  await ledger.readPlatformState();
  await ledger.listUploads('incoming/cards.csv', { limit: 10 });
  await ledger.readNamings({ requestId: aRequestId, edition: 1, expiresAt: retention(aMoment) });
  expect(reads).toEqual(Array(7).fill({ index: false, consistent: true }));
  reads.length = 0;
  await ledger.listDue(aMoment, 10);
  expect(reads).toEqual(Array(8).fill({ index: true, consistent: false }));
});
