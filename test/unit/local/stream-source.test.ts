import { BatchWriteItemCommand, DeleteItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startGate } from './gate.ts';
import { rights, type StreamCloudOptions, startStreamCloud } from './stream-cloud.ts';

const eventSchema = z.object({
  Records: z.array(
    z.looseObject({
      dynamodb: z.looseObject({ NewImage: z.object({ says: z.object({ S: z.string() }) }).loose() }),
    }),
  ),
});
const saidIn = (event: string) =>
  eventSchema.parse(JSON.parse(event)).Records.map(({ dynamodb }) => dynamodb.NewImage.says.S);

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function given(options: Omit<StreamCloudOptions, 'gateUrl'> & { readonly held?: boolean } = {}) {
  const gate = await startGate();
  open.push(gate);
  if (options.held !== true) gate.open();
  const notes = await startStreamCloud({ ...options, gateUrl: gate.url });
  open.push(notes);
  return { ...notes, gate };
}

describe('a change of a table', () => {
  it('wakes the function as Lambda would, whichever way it was written', async () => {
    const { say, dynamodb, TableName, gate } = await given();
    await say('one');
    const put = (says: string) => ({ Item: { pk: { S: 'note' }, says: { S: says } } });
    await gate.arrivals(1);
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: put('two') }] } }));
    await gate.arrivals(2);
    await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, ...put('three') } }] }));
    const events = await gate.arrivals(3);
    expect(events.flatMap(saidIn)).toEqual(['one', 'two', 'three']);
    expect(JSON.parse(events[0] ?? '')).toEqual({
      Records: [
        {
          ...{ eventID: expect.any(String), eventName: 'MODIFY', eventVersion: '1.1', eventSource: 'aws:dynamodb' },
          awsRegion: 'ap-northeast-2',
          dynamodb: {
            ApproximateCreationDateTime: expect.any(Number),
            Keys: { pk: { S: 'note' } },
            NewImage: { pk: { S: 'note' }, says: { S: 'one' } },
            SequenceNumber: expect.stringMatching(/^\d{21}$/),
            StreamViewType: 'NEW_IMAGE',
          },
          eventSourceARN: expect.stringMatching(/^arn:aws:dynamodb:.*:table\/.*\/stream\//),
        },
      ],
    });
  });

  it('wakes nobody where the filters say so, nor where the write was refused', async () => {
    const { say, dynamodb, TableName, gate } = await given();
    await say('not of a note', 'other');
    await say(undefined);
    await dynamodb.send(new DeleteItemCommand({ TableName, Key: { pk: { S: 'note' } } }));
    const refused = new DeleteItemCommand({
      TableName,
      Key: { pk: { S: 'note' } },
      ConditionExpression: 'attribute_exists(pk)',
    });
    await expect(dynamodb.send(refused)).rejects.toThrow();
    await say('heard');
    expect((await gate.arrivals(1)).flatMap(saidIn)).toEqual(['heard']);
  });

  it('comes again, with all that follow it, when the function says that it failed', async () => {
    const { say, gate } = await given();
    await say('first');
    await gate.arrivals(1);
    await say('fail');
    await gate.arrivals(3);
    await say('next');
    const lastTwo = async () => saidIn((await gate.arrivals(1)).at(-1) ?? '');
    await expect.poll(lastTwo, { timeout: 15_000 }).toEqual(['fail', 'next']);
  });

  it('comes again when the function throws, and after a kill', async () => {
    const { say, gate, cloud } = await given({ held: true });
    await say('throw');
    await gate.arrivals(1);
    cloud.killFunction('worker');
    gate.open();
    expect((await gate.arrivals(3)).flatMap(saidIn)).toEqual(['throw', 'throw', 'throw']);
  });

  it('is given up when it is too old, told where dead letters go, and the next one has its turn', async () => {
    const { say, gate, sqs, cloud } = await given({ mapping: { MaximumRecordAgeInSeconds: 60 } });
    await say('fail');
    const receive = new ReceiveMessageCommand({ QueueUrl: cloud.outputs['lettersUrl'], WaitTimeSeconds: 10 });
    const { Messages: [letter] = [] } = await sqs.send(receive);
    expect(JSON.parse(letter?.Body ?? '')).toMatchObject({
      requestContext: { condition: 'RecordAgeExpired' },
      DDBStreamBatchInfo: { batchSize: 1, streamArn: expect.stringContaining('/stream/') },
    });
    await say('next');
    await expect.poll(async () => (await gate.arrivals(1)).at(-1), { timeout: 10_000 }).toContain('next');
  });
});

describe('the boot fails, as a deployment would, when', () => {
  it.each([
    [
      'the role may not read the stream',
      { statements: rights.slice(1) },
      'permissions to call dynamodb:DescribeStream',
    ],
    ['the role may not tell of failures', { statements: rights.slice(0, 1) }, 'permissions to call sqs:SendMessage'],
    [
      'the stream is of no table',
      { mapping: { EventSourceArn: 'arn:aws:dynamodb:x:1:table/y/stream/z' } },
      'its stream,',
    ],
    [
      'its filter is not understood',
      { mapping: { FilterCriteria: { Filters: [{ Pattern: '{"a":[1]}' }] } } },
      'filter',
    ],
    ['it begins at the end', { mapping: { StartingPosition: 'LATEST' } }, 'EventSource'],
  ])('%s', async (_, options, message) => {
    await expect(startStreamCloud(options)).rejects.toThrow(message);
  });
});
