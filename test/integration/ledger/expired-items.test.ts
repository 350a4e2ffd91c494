import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { cutChunks } from '../../../shared/limit-increase/chunk.ts';
import { noCounts } from '../../../shared/limit-increase/counts.ts';
import type { Acceptance, Ledger, StoredChunk } from '../../../shared/limit-increase/ports.ts';
import { retentionOf } from '../../../shared/limit-increase/retention.ts';
import type { Instant } from '../../../shared/limit-increase/terms.ts';
import {
  aCall,
  aCorporation,
  aCorrelationId,
  anEndedCall,
  anOrder,
  aRequestId,
  aSettledState,
  pars,
  positions,
} from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';

// DynamoDB deletes what has expired some days later, item by item, in no order. Whatever part of a request is gone by
// then, its key begins anew.

let emulator: DynamoDbEmulator;
beforeAll(async () => {
  emulator = await startDynamoDbEmulator();
});
afterAll(() => emulator.stop());

const retentionDays = 30;
const retention = retentionOf(retentionDays);
const leaseMs = 30_000;
const order = `REQUEST#${aRequestId}`;
const items: readonly [string, string][] = [
  [order, 'REQUEST'],
  [order, 'TALLY#00'],
  [order, 'TALLY#01'],
  [`${order}#0000001`, 'CHUNK'],
  [`${order}#0000002`, 'CARDS'],
];

/** Chunks with a call each in flight. */
function inFlight(acceptedAt: Instant, firstCall: number, cards = 101): Acceptance {
  const expiresAt = retention(acceptedAt);
  const times = { acceptedAt, expiresAt, dueAt: acceptedAt + leaseMs };
  const cut = { requestId: aRequestId, corporation: aCorporation(), ...times };
  const chunks = cutChunks({ ...cut, pars: pars(cards) }).map(({ chunk, state }, index): StoredChunk => {
    const call = { positions: positions(chunk.pars.length), startedAt: acceptedAt };
    const begun = aCall({ ...call, correlationId: aCorrelationId(firstCall + index) });
    return { chunk, state: { ...state, fence: 1, leaseUntil: state.dueAt, inFlight: begun } };
  });
  return anOrder(chunks, { createdAt: acceptedAt, expiresAt });
}

async function settle(ledger: Ledger, { chunks }: Acceptance, now: Instant): Promise<void> {
  const one = async ({ chunk, state: before }: StoredChunk): Promise<void> => {
    const state = aSettledState(chunk.pars.length);
    const ended = anEndedCall({ correlationId: before.inFlight?.correlationId ?? '' });
    const step = { chunk, state, now, takes: false, ended, tally: state.tallied };
    expect(await ledger.journal(step)).toBe('journalled');
    // The same write once more, as after a lost answer: it counts once.
    expect(await ledger.journal(step)).toBe('journalled');
  };
  await Promise.all(chunks.map(one));
}

describe.each(Array.from({ length: 2 ** items.length }, (_, subset) => subset))('of an expired order', (subset) => {
  const gone = items.filter((_, index) => subset & (1 << index));
  it(`may be gone: ${gone.map(([pk, sk]) => `${pk.slice(order.length)} ${sk}`).join(', ') || 'nothing'}`, async () => {
    const { client, tableName } = await emulator.createTable();
    const clock = createFixedClock();
    const ledger = createLedger({ client, tableName, clock });
    const first = inFlight(clock(), 1);
    await ledger.accept(first);
    await settle(ledger, first, clock());
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual({ ...noCounts, named: 101 });

    const again = clock.advance(retentionDays * 86_400_000);
    for (const [pk, sk] of gone) await client.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }));
    expect(await ledger.readRequest(aRequestId)).toBeUndefined();
    const second = inFlight(again, 3);
    expect(await ledger.accept(second)).toEqual({ result: 'accepted' });
    expect(await ledger.readRequest(aRequestId)).toEqual({ request: second.request, counts: noCounts });
    await settle(ledger, second, again);
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual({ ...noCounts, named: 101 });
    expect(await ledger.accept(inFlight(again, 5))).toMatchObject({ result: 'exists' });
  });
});

// failures: F036
it('is counted anew by two workers at once whose chunks share a tally', async () => {
  const clock = createFixedClock();
  const ledger = createLedger({ ...(await emulator.createTable()), clock });
  const cards = 1_700;
  for (const firstCall of [1, 101]) {
    const order = inFlight(clock(), firstCall, cards);
    expect(await ledger.accept(order)).toEqual({ result: 'accepted' });
    await settle(ledger, order, clock());
    expect((await ledger.readRequest(aRequestId))?.counts).toEqual({ ...noCounts, named: cards });
    clock.advance(retentionDays * 86_400_000);
  }
});
