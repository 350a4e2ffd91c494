import { describe, expect, it } from 'vitest';
import { createIngestUpload } from '../../../functions/ingest-upload/ingest-upload.ts';
import { createUploadMessageSchema } from '../../../functions/ingest-upload/upload-message.ts';
import { queueFunction } from '../../../shared/lambda/queue-function.ts';
import { aRequestId } from '../../support/builders.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { listening } from '../observability/listening.ts';
import { lambdaContext } from './api-event.ts';
import { kept, queueEvent } from './queue-event.ts';
import { s3Event } from './s3-event.ts';

function aFunction() {
  const calls: unknown[] = [];
  const call =
    (name: string) =>
    async (what: unknown, deadline: number): Promise<void> => {
      calls.push([name, what, deadline]);
    };
  const handle = createIngestUpload({ receive: call('receive'), readOn: call('readOn') });
  const { observability } = listening();
  const stack = { observability, clock: createFixedClock() };
  const handler = queueFunction(stack, { message: createUploadMessageSchema('uploads'), handle });
  return { calls, run: (...bodies: readonly unknown[]) => handler(queueEvent(...bodies), lambdaContext(900_000)) };
}

const deadline = aMoment + 898_000;
const objectOf = (key: string) => expect.objectContaining({ bucket: 'uploads', key });

describe('a message of the uploads queue', () => {
  it('has every object read that it tells of', async () => {
    const { calls, run } = aFunction();
    const records = [...s3Event('incoming/a.csv').Records, ...s3Event('incoming/%EB%82%98.csv').Records];
    expect(await run({ Records: records })).toEqual(kept());
    expect(calls).toEqual([
      ['receive', objectOf('incoming/a.csv'), deadline],
      ['receive', objectOf('incoming/나.csv'), deadline],
    ]);
  });

  it('has a file read on whose bell it is', async () => {
    const { calls, run } = aFunction();
    await run({ requestId: aRequestId });
    expect(calls).toEqual([['readOn', aRequestId, deadline]]);
  });

  it('that nobody can read stays for the dead letters, and the next one is dealt with', async () => {
    const { calls, run } = aFunction();
    expect(await run('{"Records":[{}]}', { Event: 's3:TestEvent' }, s3Event('incoming/a.csv'))).toEqual(kept(1));
    expect(calls).toEqual([['receive', objectOf('incoming/a.csv'), deadline]]);
  });
});
