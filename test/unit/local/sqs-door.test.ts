import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialsOf } from '../../../infra/local/lambda/credentials.ts';
import { allowAtBell, pollActions, startQueueCloud } from './queue-cloud.ts';

let queues: Awaited<ReturnType<typeof startQueueCloud>>;
let bell = '';
let letters = '';
beforeAll(async () => {
  queues = await startQueueCloud({
    eventSources: 'off',
    statements: [allowAtBell([...pollActions, 'sqs:SendMessage'])],
  });
  bell = queues.outputs['bellUrl'] ?? '';
  letters = queues.outputs['lettersUrl'] ?? '';
});
afterAll(() => queues.close());

const batch = (QueueUrl: string) =>
  new SendMessageBatchCommand({
    QueueUrl,
    Entries: [
      { Id: '1', MessageBody: 'one' },
      { Id: '2', MessageBody: 'two' },
    ],
  });

describe('a function', () => {
  it('sends, alone and in batches, where its role lets it', async () => {
    await queues.worker.send(new SendMessageCommand({ QueueUrl: bell, MessageBody: 'zero' }));
    const { Successful } = await queues.worker.send(batch(bell));
    expect(Successful).toHaveLength(2);
    const { cloud, outputs } = queues;
    const send = { function: 'worker', action: 'sqs:SendMessage', resource: outputs['bellArn'] };
    expect(cloud.usedGrants()).toContainEqual(send);
  });

  it.each([
    ['a message', () => queues.worker.send(new SendMessageCommand({ QueueUrl: letters, MessageBody: 'lost' }))],
    ['a batch', () => queues.worker.send(batch(letters))],
  ])('is denied %s where its role says nothing', async (_, send) => {
    await expect(send()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `not authorized to perform: sqs:SendMessage on resource: ${queues.outputs['lettersArn']}`,
      ),
    });
  });

  it('is denied with a signature that is not its own', async () => {
    const { accessKeyId } = credentialsOf({ name: queues.cloud.functions['worker'] ?? '' });
    const credentials = { accessKeyId, secretAccessKey: 'guessed' };
    const forger = new SQSClient({ endpoint: queues.cloud.sqsEndpoint, region: queues.cloud.region, credentials });
    const sent = forger.send(new SendMessageCommand({ QueueUrl: bell, MessageBody: 'forged' }));
    await expect(sent).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });
});

describe('a developer', () => {
  it('finds a queue by its name, with the URL and ARN of the stack', async () => {
    const QueueName = bell.replace(/^.*\//, '');
    expect(await queues.outsider.send(new GetQueueUrlCommand({ QueueName }))).toMatchObject({ QueueUrl: bell });
    const { Attributes } = await queues.outsider.send(
      new GetQueueAttributesCommand({ QueueUrl: bell, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ QueueArn: queues.outputs['bellArn'], VisibilityTimeout: '60' });
    expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toEqual({
      deadLetterTargetArn: queues.outputs['lettersArn'],
      maxReceiveCount: 2,
    });
  });

  it('sends dead letters back to their queue', async () => {
    const { outsider, outputs } = queues;
    await outsider.send(new SendMessageCommand({ QueueUrl: letters, MessageBody: 'dead' }));
    await outsider.send(new StartMessageMoveTaskCommand({ SourceArn: outputs['lettersArn'] }));
    const bodies = new Set<string | undefined>();
    const receive = async () => {
      const { Messages = [] } = await outsider.send(new ReceiveMessageCommand({ QueueUrl: bell }));
      for (const { Body, ReceiptHandle } of Messages) {
        bodies.add(Body);
        await outsider.send(new DeleteMessageCommand({ QueueUrl: bell, ReceiptHandle }));
      }
      return bodies.has('dead');
    };
    await expect.poll(receive).toBe(true);
    for (const task of [
      { SourceArn: outputs['bellArn'] },
      { SourceArn: outputs['lettersArn'], DestinationArn: outputs['lettersArn'] },
    ])
      await expect(outsider.send(new StartMessageMoveTaskCommand(task))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
  });

  it('is told what is not there: a queue, an operation', async () => {
    const gone = queues.outsider.send(new SendMessageCommand({ QueueUrl: `${bell}-gone`, MessageBody: 'x' }));
    await expect(gone).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    await expect(queues.outsider.send(new ListQueuesCommand({}))).rejects.toThrow('does not have ListQueues');
  });
});
