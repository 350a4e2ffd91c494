import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueSpec } from '../../template/queues.ts';

/** The emulator knows queues by their names; the account in their ARNs is always this one. */
const emulatorAccount = '000000000000';

/** The queues of the stack, behind the door: for AWS itself, which asks nobody. */
export type Queues = {
  readonly client: SQSClient;
  readonly urlOf: (queue: QueueSpec) => string;
  readonly send: (queue: QueueSpec, body: string) => Promise<void>;
  /** Sends all dead letters back to where they came from, as new messages. Answers how many there were. */
  readonly redrive: (deadLettersArn: string) => Promise<number>;
  readonly close: () => void;
};

export type QueuesDeps = {
  readonly specs: readonly QueueSpec[];
  readonly endpoint: string;
  readonly region: string;
};

/** Creates the queues as the template has them. */
export async function createQueues({ specs, endpoint, region }: QueuesDeps): Promise<Queues> {
  const client = new SQSClient({ endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  const urlOf = ({ name }: QueueSpec) => `${endpoint}/${emulatorAccount}/${name}`;
  for (const { name, visibilityTimeoutMs, retentionSeconds, redrive } of specs)
    await client.send(
      new CreateQueueCommand({
        QueueName: name,
        Attributes: {
          VisibilityTimeout: String(visibilityTimeoutMs / 1_000),
          ...(retentionSeconds !== undefined && { MessageRetentionPeriod: String(retentionSeconds) }),
          ...(redrive && {
            RedrivePolicy: JSON.stringify({
              deadLetterTargetArn: redrive.deadLettersArn.replace(/:\d+:([^:]+)$/, `:${emulatorAccount}:$1`),
              maxReceiveCount: redrive.receivesMax,
            }),
          }),
        },
      }),
    );

  async function move(from: QueueSpec, to: QueueSpec): Promise<number> {
    let moved = 0;
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: urlOf(from), MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
      );
      if (Messages.length === 0) return moved;
      for (const { Body, MessageAttributes, ReceiptHandle } of Messages) {
        await client.send(new SendMessageCommand({ QueueUrl: urlOf(to), MessageBody: Body, MessageAttributes }));
        await client.send(new DeleteMessageCommand({ QueueUrl: urlOf(from), ReceiptHandle }));
        moved += 1;
      }
    }
  }

  return {
    client,
    urlOf,
    send: async (queue, body) => {
      await client.send(new SendMessageCommand({ QueueUrl: urlOf(queue), MessageBody: body }));
    },
    redrive: async (deadLettersArn) => {
      const from = specs.find(({ arn }) => arn === deadLettersArn);
      const sources = specs.filter(({ redrive }) => redrive?.deadLettersArn === deadLettersArn);
      const [to] = sources;
      if (from === undefined || to === undefined || sources.length > 1)
        throw new Error(`${deadLettersArn} is not the dead-letter queue of one queue of the stack.`);
      return move(from, to);
    },
    close: () => client.destroy(),
  };
}
