import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { noCounts } from '../../../shared/limit-increase/counts.ts';
import type { JournalStep } from '../../../shared/limit-increase/ports.ts';
import {
  aCall,
  aCallingState,
  aChunk,
  aCorrelationId,
  anEndedCall,
  anOrder,
  aRequestId,
  aSettledState,
  leaseMs,
} from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { failWith, forgetTokens, loseAnswers } from './wire.ts';

const ref = { requestId: aRequestId, chunkNumber: 1 };
const twoNamed = { ...noCounts, named: 2 };

const settling = (over: Partial<JournalStep> = {}): JournalStep => {
  const state = aSettledState();
  const step = { chunk: aChunk(), state, now: aMoment + 300, takes: false, ended: anEndedCall(), tally: state.tallied };
  return { ...step, ...over };
};

const cancelled = (...codes: string[]): Error =>
  new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: { requestId: 'R-1' },
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

let emulator: DynamoDbEmulator;
beforeAll(async () => {
  emulator = await startDynamoDbEmulator();
});
afterAll(() => emulator.stop());

async function open() {
  const table = await emulator.createTable();
  const pauses: number[] = [];
  const pause = async (ms: number): Promise<void> => {
    pauses.push(ms);
  };
  const clock = createFixedClock();
  return { ...table, pauses, ledger: createLedger({ ...table, clock, pause }) };
}

async function openWithOrder() {
  const opened = await open();
  await opened.ledger.accept(anOrder());
  return opened;
}

describe('when the answer to a write is lost and the SDK repeats it', () => {
  // failures: F105
  it('takes an order that it has accepted for accepted', async () => {
    const { client, ledger } = await open();
    loseAnswers(client, 1);
    expect(await ledger.accept(anOrder())).toEqual({ result: 'accepted' });
  });

  // failures: F105
  it('takes a step that it has journalled for journalled, and counts it once', async () => {
    const { client, ledger } = await openWithOrder();
    loseAnswers(client, 1);
    expect(await ledger.journal(settling())).toBe('journalled');
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual(twoNamed);
  });

  it('knows its own step even where DynamoDB has forgotten the token', async () => {
    const { client, ledger } = await openWithOrder();
    forgetTokens(client);
    expect(await ledger.journal(settling())).toBe('journalled');
    expect(await ledger.journal(settling())).toBe('journalled');
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual(twoNamed);
  });

  it('knows its own step within a lease too, where all but the step itself would let it pass', async () => {
    const { client, ledger } = await openWithOrder();
    forgetTokens(client);
    const begun = aCall({ correlationId: aCorrelationId(2), positions: [1] });
    const step = settling({ state: aCallingState(2, { inFlight: begun }), begun, tally: undefined });
    expect(await ledger.journal(step)).toBe('journalled');
    expect(await ledger.journal(step)).toBe('journalled');
  });

  it('finishes, settles and postpones quietly', async () => {
    const { client, ledger } = await openWithOrder();
    await ledger.journal(settling());
    loseAnswers(client, 1);
    await ledger.finishChunk(ref, aMoment + 400, 1);
    loseAnswers(client, 1);
    await ledger.postponeRequest(aRequestId, aMoment + leaseMs);
    loseAnswers(client, 1);
    await ledger.settleRequest(aRequestId, aMoment + 400);
    expect((await ledger.readChunk(ref))?.state.stage).toBe('done');
    expect((await ledger.readRequest(aRequestId))?.request.status).toBe('settled');
  });

  it('throws when every answer is lost, and a repeat of the order finds it', async () => {
    const { client, ledger } = await open();
    loseAnswers(client, await client.config.maxAttempts());
    await expect(ledger.accept(anOrder())).rejects.toThrow(/^accept: TimeoutError: ECONNRESET/);
    expect(await ledger.accept(anOrder())).toMatchObject({ result: 'exists' });
  });
});

describe('when writers meet', () => {
  // failures: F107
  it('repeats a cancelled transaction after growing, jittered pauses', async () => {
    const { client, ledger, pauses } = await openWithOrder();
    failWith(client, [
      cancelled('None', 'None', 'TransactionConflict'),
      cancelled('ThrottlingError', 'None', 'TransactionConflict'),
    ]);
    expect(await ledger.journal(settling())).toBe('journalled');
    expect(pauses).toHaveLength(2);
    for (const [tries, ms] of pauses.entries()) expect(ms).toBeLessThanOrEqual(1 + 20 * 2 ** tries);
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual(twoNamed);
  });

  it('gives up after ten tries with a fault that names the reasons', async () => {
    const { client, ledger } = await openWithOrder();
    const wire = failWith(client, Array(50).fill(cancelled('TransactionConflict', 'None', 'None')));
    await expect(ledger.journal(settling())).rejects.toMatchObject({
      name: 'LedgerFault',
      message: 'journal: cancelled: TransactionConflict',
      awsErrorName: 'TransactionCanceledException',
      awsRequestId: 'R-1',
    });
    expect(wire.requests()).toBe(10);
  });

  // failures: F106
  it('believes a failed condition although another part met a writer', async () => {
    const { client, ledger } = await openWithOrder();
    const order = cancelled('None', 'None', 'TransactionConflict', 'ConditionalCheckFailed');
    failWith(client, [order]);
    expect(await ledger.accept(anOrder())).toEqual({ result: 'correlation_id_taken' });
  });

  // failures: F107
  it('does not repeat a transaction that was cancelled for a reason that will not pass', async () => {
    const { client, ledger } = await openWithOrder();
    const wire = failWith(client, [cancelled('ValidationError', 'TransactionConflict', 'None')]);
    await expect(ledger.journal(settling())).rejects.toThrow('cancelled: ValidationError, TransactionConflict');
    expect(wire.requests()).toBe(1);
  });

  it('repeats a single write that met a transaction', async () => {
    const { client, ledger } = await openWithOrder();
    failWith(client, [new TransactionConflictException({ message: 'met', $metadata: {} })]);
    await ledger.settleRequest(aRequestId, aMoment + 1);
    expect((await ledger.readRequest(aRequestId))?.request.status).toBe('settled');
  });
});
