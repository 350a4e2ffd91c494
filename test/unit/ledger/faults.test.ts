import { inspect } from 'node:util';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { cardEntryOf } from '../../../shared/ledger/card-item.ts';
import { faultOf } from '../../../shared/ledger/faults.ts';
import { cardKey } from '../../../shared/ledger/keys.ts';
import { aPar } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';

describe('faults of the ledger', () => {
  it("name the operation, AWS's error and its request, and drop the items and whatever looks like a PAR", () => {
    const error = new TransactionCanceledException({
      message: `Cancelled because of ${aPar()}${aPar(2)}`,
      $metadata: { requestId: 'R-1' },
      CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: { pars: { S: aPar() } } }],
    });
    const fault = faultOf('accept', error);
    expect(fault).toMatchObject({ name: 'LedgerFault', operation: 'accept', awsRequestId: 'R-1' });
    expect(fault.message).toBe('accept: TransactionCanceledException: Cancelled because of …');
    expect(inspect(fault, { depth: null, showHidden: true })).not.toContain(aPar());
    expect(fault.cause).toBeUndefined();
  });

  it('tell the code of a failed connection', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(faultOf('readCall', error).message).toBe('readCall: Error: ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:1');
  });

  it('are made of anything that was thrown', () => {
    expect(faultOf('readCall', undefined).message).toContain('not an error');
  });

  it('mask the PAR in the key of an item that cannot be read', () => {
    const key = cardKey({ par: aPar(), acceptedAt: aMoment, requestId: 'R', entry: 'result' });
    const read = () => cardEntryOf({ ...key, schemaVersion: 1, expiresAt: 1, entry: 'result', status: aPar() });
    expect(read).toThrow(/^CARD#Q100…0001 \/ 2026-11-22T01:15:00.000Z#R is not as it must be: .*status \(\w+\)/);
    expect(read).not.toThrow(aPar());
  });
});
