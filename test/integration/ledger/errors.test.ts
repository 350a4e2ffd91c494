import { inspect } from 'node:util';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { aCall, aChunk, anOrder, aPar, aRequestId, aState, positions, retention } from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';

const ref = { requestId: aRequestId, chunkNumber: 1 };

let emulator: DynamoDbEmulator;
beforeAll(async () => {
  emulator = await startDynamoDbEmulator();
});
afterAll(() => emulator.stop());

async function open() {
  const table = await emulator.createTable();
  return { ...table, ledger: createLedger({ ...table, clock: createFixedClock() }) };
}

describe('what the errors of the ledger tell', () => {
  it('names the item and the path, but no PAR, when what stands there cannot be read', async () => {
    const { client, ledger, tableName } = await open();
    const pk = `REQUEST#${aRequestId}`;
    const common = { pk: `${pk}#0000001`, schemaVersion: 1, expiresAt: retention(aMoment) };
    const chunk = { ...common, sk: 'CARDS', pars: `${aPar()}?` };
    await client.send(new PutCommand({ TableName: tableName, Item: { ...common, sk: 'CHUNK' } }));
    await client.send(new PutCommand({ TableName: tableName, Item: { pk, sk: 'REQUEST', fingerprint: aPar() } }));
    await client.send(new PutCommand({ TableName: tableName, Item: chunk }));
    const errors = await Promise.all(
      [ledger.accept(anOrder()), ledger.readRequest(aRequestId), ledger.readChunk(ref)].map((verb) =>
        verb.then(
          () => undefined,
          (error: unknown) => error,
        ),
      ),
    );
    for (const error of errors) {
      expect(error).toMatchObject({ name: 'LedgerItemFault', key: expect.stringContaining(pk) });
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain(aPar());
    }
  });

  it('stops at a chunk of newer code, also where it is taken before it is read', async () => {
    const { client, ledger, tableName: TableName } = await open();
    await ledger.accept(anOrder([{ chunk: aChunk(), state: aState(2, { fence: 0 }) }]));
    const Key = { pk: `REQUEST#${aRequestId}#0000001`, sk: 'CHUNK' };
    const { Item: item } = await client.send(new GetCommand({ TableName, Key }));
    const newer = { ...item, schemaVersion: 2, ofNewerCode: 'kept' };
    await client.send(new PutCommand({ TableName, Item: newer }));
    const until = aMoment + 60_000;
    const begun = aCall({ positions: positions(2) });
    const state = aState(2, { fence: 1, leaseUntil: until, dueAt: until, inFlight: begun });
    const step = { chunk: aChunk(), state, now: aMoment, takes: true, untouched: true, begun };
    await expect(ledger.journal(step)).rejects.toThrow('schemaVersion');
    expect((await client.send(new GetCommand({ TableName, Key }))).Item).toEqual(newer);
  });

  it('refuses a chunk that breaks its promises, and knows none of which one item is gone', async () => {
    const { client, ledger, tableName } = await open();
    await ledger.accept(anOrder());
    const { ledger: another, client: anotherClient, tableName: TableName } = await open();
    const state = aState(3, { fence: 1 });
    await another.accept(anOrder([{ chunk: aChunk({ pars: [aPar(1), aPar(2), aPar(3)] }), state }]));
    const Key = { pk: `REQUEST#${aRequestId}#0000001`, sk: 'CHUNK' };
    const { Item: item } = await anotherClient.send(new GetCommand({ TableName, Key }));
    await client.send(new PutCommand({ TableName: tableName, Item: item }));
    await expect(ledger.readChunk(ref)).rejects.toThrow('position 2 is a card of the chunk');
    await client.send(new PutCommand({ TableName: tableName, Item: { ...item, pk: 'REQUEST#R#0000001' } }));
    expect(await ledger.readChunk({ requestId: 'R', chunkNumber: 1 })).toBeUndefined();
  });

  it('knows no chunk of a file before all of it stands', async () => {
    const { client, ledger, tableName } = await open();
    const stored = { chunk: { ...aChunk({ pars: [aPar(1)] }), lines: [2] }, state: aState(1) };
    await ledger.writeChunks([stored]);
    await client.send(
      new DeleteCommand({ TableName: tableName, Key: { pk: `REQUEST#${aRequestId}#0000001`, sk: 'CHUNK' } }),
    );
    expect(await ledger.readChunk(ref)).toBeUndefined();
    await ledger.writeChunks([stored]);
    expect(await ledger.readChunk(ref)).toEqual(stored);
  });

  it('tells of a table that is not there', async () => {
    const { client } = await open();
    const ledger = createLedger({ client, tableName: 'no-such-table', clock: createFixedClock() });
    await expect(ledger.readCall('261122101500-0a1b2c3')).rejects.toThrow(/^readCall: ResourceNotFoundException/);
    await expect(ledger.writeCards([])).resolves.toBeUndefined();
    await expect(ledger.listDue(aMoment, 10)).rejects.toMatchObject({ name: 'LedgerFault', operation: 'listDue' });
  });
});
