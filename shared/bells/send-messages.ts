import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';

export type Queue = {
  readonly client: SQSClient;
  readonly url: string;
  /** Waits so many milliseconds. */
  readonly pause: (ms: number) => Promise<unknown>;
};

const entriesPerBatchMax = 10;
const triesMax = 5;
const firstPauseMs = 100;

/** Sends messages, ten at a time. Entries that SQS refuses are sent again; throws if some are refused every time. */
export async function sendMessages(queue: Queue, messages: readonly unknown[]): Promise<void> {
  const entries = messages.map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
  for (let start = 0; start < entries.length; start += entriesPerBatchMax)
    await sendBatch(queue, entries.slice(start, start + entriesPerBatchMax));
}

async function sendBatch({ client, url, pause }: Queue, batch: SendMessageBatchRequestEntry[]): Promise<void> {
  let waiting = batch;
  for (let tries = 1; ; tries += 1) {
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: waiting }));
    if (Failed.length === 0) return;
    // What SQS blames on the sender it refuses again.
    if (tries === triesMax || Failed.some(({ SenderFault }) => SenderFault === true)) {
      const codes = [...new Set(Failed.map(({ Code }) => Code))].join(', ');
      throw new Error(`SQS refused ${Failed.length} of ${batch.length} messages: ${codes}`);
    }
    const refused = new Set(Failed.map(({ Id }) => Id));
    waiting = waiting.filter(({ Id }) => refused.has(Id));
    await pause(firstPauseMs * 2 ** (tries - 1));
  }
}
