import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Gate, startGate } from './gate.ts';
import { allowAtBell, pollActions, startQueueCloud } from './queue-cloud.ts';

const eventSchema = z.object({
  Records: z.array(
    z.looseObject({
      messageId: z.string(),
      body: z.string(),
      attributes: z.looseObject({ ApproximateReceiveCount: z.string() }),
    }),
  ),
});
const recordsOf = (event: string) => eventSchema.parse(JSON.parse(event)).Records;
const triesOf = (events: readonly string[]): string[] =>
  events.flatMap(recordsOf).map(({ body, attributes }) => `${body} ${attributes.ApproximateReceiveCount}`);

/** A function's first process takes as long as the machine is busy. */
const slowly = { timeout: 10_000 };

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function given(
  options: Omit<Parameters<typeof startQueueCloud>[0], 'gateUrl'> & { readonly held?: boolean } = {},
) {
  const gate: Gate = await startGate();
  open.push(gate);
  if (options.held !== true) gate.open();
  const queues = await startQueueCloud({ ...options, gateUrl: gate.url });
  open.push(queues);
  const lettersIn = async (url: string | undefined): Promise<string[]> => {
    const receive = new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 10, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await queues.outsider.send(receive);
    return Messages.map(({ Body = '' }) => Body);
  };
  /** Of the queue: messages that wait, and messages that someone has. */
  const counts = async (): Promise<(string | undefined)[]> => {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const QueueUrl = queues.outputs['bellUrl'];
    const get = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] });
    const { Attributes = {} } = await queues.outsider.send(get);
    return names.map((name) => Attributes[name]);
  };
  return { ...queues, gate, lettersIn, counts };
}

describe('an event source', () => {
  it('wakes the function with the message as Lambda hands it over, once', async () => {
    const { gate, outsider, outputs } = await given();
    const MessageAttributes = { colour: { DataType: 'String', StringValue: 'grün' } };
    const Entries = [{ Id: 'a', MessageBody: 'well', MessageAttributes }];
    const { Successful } = await outsider.send(new SendMessageBatchCommand({ QueueUrl: outputs['bellUrl'], Entries }));
    const [event = ''] = await gate.arrivals(1);
    expect(JSON.parse(event)).toEqual({
      Records: [
        {
          messageId: Successful?.[0]?.MessageId,
          receiptHandle: expect.any(String),
          body: 'well',
          attributes: {
            ApproximateReceiveCount: '1',
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.any(String),
          },
          messageAttributes: {
            colour: { stringValue: 'grün', stringListValues: [], binaryListValues: [], dataType: 'String' },
          },
          md5OfBody: 'f9323f5b51fc23e30c10623bd38de6ff',
          eventSource: 'aws:sqs',
          eventSourceARN: outputs['bellArn'],
          awsRegion: 'ap-northeast-2',
        },
      ],
    });
  });

  it('brings again what the function reported as failed, and that alone; at last it is a dead letter', async () => {
    const { gate, outsider, outputs, lettersIn } = await given();
    const Entries = ['well', 'fail', 'fine'].map((body) => ({ Id: body, MessageBody: body }));
    await outsider.send(new SendMessageBatchCommand({ QueueUrl: outputs['bellUrl'], Entries }));
    expect(await lettersIn(outputs['lettersUrl'])).toEqual(['fail']);
    expect(triesOf(await gate.arrivals(2))).toEqual(['well 1', 'fail 1', 'fine 1', 'fail 2']);
  });

  it('brings all of a batch again when the function throws', async () => {
    const { gate, outsider, outputs } = await given();
    const Entries = ['well', 'throw'].map((body) => ({ Id: body, MessageBody: body }));
    await outsider.send(new SendMessageBatchCommand({ QueueUrl: outputs['bellUrl'], Entries }));
    const tries = async () => triesOf(await gate.arrivals(2)).toSorted();
    await expect.poll(tries, slowly).toEqual(['throw 1', 'throw 2', 'well 1', 'well 2']);
  });

  it('hears no reports that the template does not ask for', async () => {
    const { gate, ring, counts } = await given({ mapping: { FunctionResponseTypes: undefined } });
    await ring('fail');
    await gate.arrivals(1);
    await expect.poll(counts, slowly).toEqual(['0', '0']);
    expect(triesOf(await gate.arrivals(1))).toEqual(['fail 1']);
  });

  it('keeps to the batch size and to the number of invocations at once', async () => {
    const { gate, outsider, outputs, counts } = await given({
      held: true,
      mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
      queue: { VisibilityTimeout: 43_200 },
    });
    const Entries = ['a', 'b', 'c'].map((body) => ({ Id: body, MessageBody: body }));
    await outsider.send(new SendMessageBatchCommand({ QueueUrl: outputs['bellUrl'], Entries }));
    expect(triesOf(await gate.arrivals(2)).toSorted()).toEqual(['a 1', 'b 1']);
    expect(await counts()).toEqual(['1', '2']);
    gate.open();
    expect(triesOf(await gate.arrivals(3))).toContain('c 1');
  });

  it('tries on while the function is throttled, and that is one try', async () => {
    const { gate, ring, counts } = await given({
      held: true,
      mapping: { BatchSize: 1 },
      properties: { ReservedConcurrentExecutions: 1 },
    });
    for (const body of ['a', 'b']) await ring(body);
    await gate.arrivals(1);
    await expect.poll(counts, slowly).toEqual(['0', '2']);
    gate.open();
    expect(triesOf(await gate.arrivals(2)).toSorted()).toEqual(['a 1', 'b 1']);
  });

  it('sends dead letters back to be tried anew', async () => {
    const { gate, ring, lettersIn, outputs, cloud } = await given();
    await ring('fail');
    await gate.arrivals(2);
    const redriven = () => cloud.redriveDeadLetters(z.string().parse(outputs['lettersArn']));
    await expect.poll(redriven, { ...slowly, interval: 100 }).toBe(1);
    expect(triesOf(await gate.arrivals(4))).toEqual(['fail 1', 'fail 2', 'fail 1', 'fail 2']);
    expect(await lettersIn(outputs['lettersUrl'])).toEqual(['fail']);
  });

  it.each([{ eventSources: 'off' as const }, { mapping: { Enabled: false } }])(
    'leaves the messages where they are with %j',
    async (options) => {
      const { ring, lettersIn, outputs } = await given(options);
      await ring('well');
      expect(await lettersIn(outputs['bellUrl'])).toEqual(['well']);
    },
  );
});

describe('the boot fails, as a deployment would, when', () => {
  it.each(pollActions)('the role of the function does not have %s', async (action) => {
    const statements = [allowAtBell(pollActions.filter((one) => one !== action))];
    await expect(startQueueCloud({ statements })).rejects.toThrow(`does not have permissions to call ${action}`);
  });

  it.each([
    [
      'dead letters go where the template has no queue',
      {
        queue: {
          RedrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:ap-northeast-2:111122223333:gone', maxReceiveCount: 2 },
        },
      },
      'are not in the template',
    ],
    [
      'messages come again while the function is at them',
      { queue: { VisibilityTimeout: 9 } },
      'less than Function timeout',
    ],
    ['an event source waits for a batch', { mapping: { MaximumBatchingWindowInSeconds: 5 } }, 'MaximumBatchingWindow'],
    ['a queue has a name of its own', { queue: { QueueName: 'bell' } }, 'QueueName'],
  ])('%s', async (_, options, message) => {
    await expect(startQueueCloud(options)).rejects.toThrow(message);
  });
});
