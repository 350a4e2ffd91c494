import { describe, expect, it } from 'vitest';
import { streamFunction } from '../../../shared/lambda/stream-function.ts';
import { changedRequestSchema } from '../../../shared/ledger/stream-record.ts';
import type { Instant } from '../../../shared/limit-increase/terms.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { lambdaContext } from '../functions/api-event.ts';
import { listening } from '../observability/listening.ts';

const record = (requestId: string, sequence: number) => ({
  eventID: `event-${sequence}`,
  eventName: 'MODIFY',
  dynamodb: { Keys: { pk: { S: `REQUEST#${requestId}` }, sk: { S: 'REQUEST' } }, SequenceNumber: String(sequence) },
});
const eventOf = (...Records: readonly object[]) => ({ Records });
const from = (sequence: number) => ({ batchItemFailures: [{ itemIdentifier: String(sequence) }] });

function aFunction(handle: (requestId: string, deadline: Instant) => Promise<void>) {
  const { observability, lines } = listening();
  const handler = streamFunction(
    { observability, clock: createFixedClock() },
    { change: changedRequestSchema, handle, requestOf: (requestId) => requestId },
  );
  return { run: (event: unknown) => handler(event, lambdaContext(60_000)), lines };
}

describe('a function that a stream wakes', () => {
  it('gets each request that changed, in order, and a deadline two seconds before Lambda ends it', async () => {
    const got: unknown[] = [];
    const { run } = aFunction(async (...change) => void got.push(change));
    expect(await run(eventOf(record('A', 1), record('B', 2)))).toEqual({ batchItemFailures: [] });
    expect(got).toEqual([
      ['A', aMoment + 58_000],
      ['B', aMoment + 58_000],
    ]);
  });

  it('ends at the first that fails, has the stream begin again there, and logs and counts it', async () => {
    const got: string[] = [];
    const { run, lines } = aFunction(async (requestId) => {
      got.push(requestId);
      if (requestId === 'B') throw new Error('it broke');
    });
    expect(await run(eventOf(record('A', 1), record('B', 2), record('C', 3)))).toEqual(from(2));
    expect(got).toEqual(['A', 'B']);
    expect(lines()).toEqual([
      expect.objectContaining({ level: 'ERROR', event: 'message_failed', messageId: '2', requestId: 'B' }),
      expect.objectContaining({ Faults: 1 }),
    ]);
  });

  it.each([
    ['of a card', { pk: { S: 'CARD#Q1' }, sk: { S: 'x' } }],
    ['of a chunk', { pk: { S: 'REQUEST#A#0000001' }, sk: { S: 'CHUNK' } }],
    ['of another table', { id: { S: 'REQUEST#A' } }],
  ])('takes no change %s', async (_, Keys) => {
    const { run } = aFunction(() => Promise.reject(new Error('handled')));
    expect(await run(eventOf({ dynamodb: { Keys, SequenceNumber: '7' } }))).toEqual(from(7));
  });

  it.each([{}, { Records: [{ dynamodb: {} }] }])('fails whole for what is no event of a stream: %j', async (event) => {
    const { run, lines } = aFunction(async () => {});
    await expect(run(event)).rejects.toThrow();
    expect(lines()).toContainEqual(expect.objectContaining({ event: 'run_failed' }));
  });
});
