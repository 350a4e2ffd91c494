import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { anOrder, aState } from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { anyStoredChunk, replay } from '../../unit/ledger/any-chunk.ts';

let emulator: DynamoDbEmulator;
beforeAll(async () => {
  emulator = await startDynamoDbEmulator();
});
afterAll(() => emulator.stop());

it('gives back any chunk as it was written, and can tell another step from its own whatever stands there', async () => {
  const clock = createFixedClock();
  const written = fc.asyncProperty(anyStoredChunk, async (stored) => {
    const ledger = createLedger({ ...(await emulator.createTable()), clock });
    await ledger.accept(anOrder([stored]));
    const { chunk, state } = stored;
    expect(await ledger.readChunk(chunk.ref)).toEqual(stored);
    const late = aState(chunk.pars.length, { fence: state.fence + 2 });
    expect(await ledger.journal({ chunk, state: late, now: clock(), takes: true })).toBe('fenced_off');
  });
  await fc.assert(written, { ...replay, numRuns: 40 });
});
