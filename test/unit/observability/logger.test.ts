import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../shared/ledger/faults.ts';
import { masked } from '../../../shared/observability/masked.ts';
import { aCorrelationId, aPar, aRequestId } from '../../support/builders.ts';
import { listening } from './listening.ts';

const secret = 'KMV1:20261122101500007:c2VjcmV0LXRva2VuLXRoYXQtZ3VhcmRzLW5vdGhpbmc=';

describe('a log line', () => {
  it('has its event’s code, sentence and level, and the fields that are given', () => {
    const { observability, lines } = listening();
    observability.log('call_answered', {
      requestId: aRequestId,
      chunk: 2,
      correlationId: aCorrelationId(),
      durationMs: 250,
    });
    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        event: 'call_answered',
        message: 'KONA PLATE answered a call.',
        requestId: aRequestId,
        chunk: 2,
        correlationId: aCorrelationId(),
        durationMs: 250,
      }),
    ]);
  });

  it('holds no field that is not on the list', () => {
    const { observability, text } = listening();
    const fields = { requestId: aRequestId, token: secret, par: aPar(), body: { par: aPar() } };
    observability.log('order_answered', fields);
    expect(text()).toContain(aRequestId);
    expect(text()).not.toMatch(/token|KMV1|body|"par"/);
  });

  // failures: F138
  it('shows of a PAR its first and last four characters, wherever it stands', () => {
    const { observability, text } = listening();
    const description = `cannot find par ${aPar(7)}, ${aPar(8).toLowerCase()}`;
    observability.log('call_answered', { description, error: new Error(`no ${aPar(9)}`, { cause: aPar(10) }) });
    expect(text()).toContain('cannot find par Q100…0007, q100…0008');
    for (const n of [7, 8, 9, 10]) expect(text().toUpperCase()).not.toContain(aPar(n));
  });

  it('tells of an error its name, message, code, frames and causes, and nothing that an SDK hung on it', () => {
    const { observability, lines, text } = listening();
    const $metadata = { httpStatusCode: 400, requestId: '8FEVGQ9J8B0VV4KQNSO5AEMVJF66Q9ASUAAJG' };
    const cause = new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata });
    cause.Item = { pk: { S: `CARD#${aPar()}` } };
    Object.assign(cause, { $response: { headers: { authorization: secret } }, code: 'ERR_X' });
    observability.log('api_failed', { error: new Error('it broke', { cause }) });
    expect(lines()[0]).toMatchObject({
      error: {
        name: 'Error',
        message: 'it broke',
        frames: [expect.stringMatching(/^at .*logger\.test\.ts/), ...Array(7).fill(expect.any(String))],
        cause: { name: 'ConditionalCheckFailedException', message: 'The conditional request failed', code: 'ERR_X' },
      },
    });
    expect(text()).not.toMatch(/KMV1|CARD#|authorization|\$response|\$metadata/);
  });

  it('keeps the request ID that AWS gave a failed operation', () => {
    const { observability, lines } = listening();
    const awsRequestId = '8FEVGQ9J8B0VV4KQNSO5AEMVJF66Q9ASUAAJG';
    const error = new LedgerFault('journal', 'it was throttled', { awsErrorName: 'ThrottlingException', awsRequestId });
    observability.log('work_interrupted', { error });
    expect(lines()[0]).toMatchObject({
      error: { name: 'LedgerFault', awsErrorName: 'ThrottlingException', awsRequestId },
    });
  });

  it.each([undefined, 'a text', 7])('tells of a thrown %j no more than its type', (thrown) => {
    const { observability, lines } = listening();
    observability.log('run_failed', { error: { name: 'Outer', cause: thrown } });
    expect(lines()[0]).toMatchObject({ error: { name: 'Outer' } });
    expect(JSON.stringify(lines()[0])).not.toContain('a text');
  });

  it('ends with a chain of causes that does not', () => {
    const { observability, lines } = listening();
    const error = new Error('around');
    error.cause = error;
    observability.log('run_failed', { error });
    expect(JSON.stringify(lines()[0]).match(/around/g)).toHaveLength(4);
  });

  it('is cut where a text is very long', () => {
    expect(masked('ab '.repeat(1_000))).toHaveLength(401);
    expect(masked('short')).toBe('short');
  });

  it('masks a card of letters only, and leaves the long names of code', () => {
    expect(masked('A'.repeat(27))).toBe('AAAA…AAAA');
    expect(masked('at createRequestLimitIncreaseWithCare')).toBe('at createRequestLimitIncreaseWithCare');
  });
});
