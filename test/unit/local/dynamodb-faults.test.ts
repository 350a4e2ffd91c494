import { describe, expect, it } from 'vitest';
import { cutBatch } from '../../../infra/local/aws/dynamodb/batch.ts';
import { createFaults } from '../../../infra/local/aws/dynamodb/faults.ts';

const throttle = { kind: 'throttle' } as const;
const put = { operation: 'PutItem', caller: 'reconcile' };
const strikes = (faults: ReturnType<typeof createFaults>, count: number, occasion = put): string =>
  Array.from({ length: count }, () => (faults.strike(occasion) === undefined ? '.' : '!')).join('');

describe('a fault', () => {
  it('never strikes unasked, nor after it was cleared', () => {
    const faults = createFaults();
    expect(strikes(faults, 3)).toBe('...');
    faults.set([{ fault: throttle }]);
    expect(strikes(faults, 3)).toBe('!!!');
    faults.clear();
    expect([strikes(faults, 3), faults.struck()]).toEqual(['...', 0]);
  });

  it('strikes as often as told, after as many as told were let through', () => {
    const faults = createFaults();
    faults.set([{ fault: throttle, skip: 2, times: 3 }]);
    expect([strikes(faults, 8), faults.struck()]).toEqual(['..!!!...', 3]);
  });

  it('strikes a share that the seed alone decides', () => {
    const faults = createFaults();
    const runOf = (seed: number, share: number) => {
      faults.set([{ fault: throttle, share, seed }]);
      return strikes(faults, 400);
    };
    expect(runOf(7, 0.3)).toBe(runOf(7, 0.3));
    expect(runOf(7, 0.3)).not.toBe(runOf(8, 0.3));
    const hits = runOf(7, 0.3).replaceAll('.', '').length;
    expect(hits).toBeGreaterThan(80);
    expect(hits).toBeLessThan(160);
    expect([runOf(7, 0), runOf(7, 1)]).toEqual(['.'.repeat(400), '!'.repeat(400)]);
  });

  it('strikes the operation and the caller that were named, and no other', () => {
    const faults = createFaults();
    faults.set([{ fault: throttle, ...put }]);
    expect(faults.strike({ ...put, operation: 'Query' })).toBeUndefined();
    expect(faults.strike({ ...put, caller: 'query-ledger' })).toBeUndefined();
    expect(faults.strike({ operation: 'PutItem', caller: undefined })).toBeUndefined();
    expect(faults.strike(put)).toEqual({ kind: 'throttle', error: 'ThrottlingException' });
  });

  it('strikes only what it can befall; the first rule that strikes decides', () => {
    const faults = createFaults();
    faults.set([
      { fault: { kind: 'unprocessed_items' } },
      { fault: { kind: 'transaction_conflict' } },
      { fault: throttle },
    ]);
    const kindOf = (operation: string) => faults.strike({ operation, caller: undefined })?.kind;
    expect(['BatchWriteItem', 'TransactWriteItems', 'UpdateItem', 'Query'].map(kindOf)).toEqual([
      ...['unprocessed_items', 'transaction_conflict', 'transaction_conflict', 'throttle'],
    ]);
  });

  it('is refused if nobody knows it', () => {
    expect(() => createFaults().set([{ fault: { kind: 'slow', ms: -1 } }])).toThrow('ms');
  });
});

describe('a batch of which some is not taken', () => {
  const body = { RequestItems: { T: [1, 2, 3], U: [4] }, ReturnConsumedCapacity: 'NONE' };
  const cut = (taken: number) => cutBatch(Buffer.from(JSON.stringify(body)), taken);
  const left = (taken: number, answer: object) =>
    JSON.parse(
      cut(taken)
        .left(Buffer.from(JSON.stringify(answer)))
        .toString(),
    );

  it('asks for the first writes and names the others as unprocessed, beside those that were not taken anyway', () => {
    expect(JSON.parse(cut(2).asked?.toString() ?? '')).toEqual({ ...body, RequestItems: { T: [1, 2] } });
    expect(left(2, { ConsumedCapacity: [] })).toEqual({ ConsumedCapacity: [], UnprocessedItems: { T: [3], U: [4] } });
    expect(left(2, { UnprocessedItems: { T: [2] } })).toEqual({ UnprocessedItems: { T: [2, 3], U: [4] } });
  });

  it('is not even asked for when nothing is to be taken, and is whole when all is', () => {
    expect(cut(0).asked).toBeUndefined();
    expect(left(9, {})).toEqual({ UnprocessedItems: {} });
  });
});
