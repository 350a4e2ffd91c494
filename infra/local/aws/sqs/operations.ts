import * as z from 'zod';
import type { Grant } from '../iam/policy.ts';

// What IAM asks for an operation of SQS. A batch has no action of its own: it is checked as its entries.

/** Arn of a queue by its name. */
export type QueueArn = (queueName: string) => string;

const byUrl = z.object({ QueueUrl: z.string() });
const byName = z.object({ QueueName: z.string() });
const bySource = z.object({ SourceArn: z.string() });

type QueueOf = (body: unknown, queueArn: QueueArn) => string;

const url: QueueOf = (body, queueArn) => queueArn(byUrl.parse(body).QueueUrl.replace(/^.*\//, ''));
const name: QueueOf = (body, queueArn) => queueArn(byName.parse(body).QueueName);
const source: QueueOf = (body) => bySource.parse(body).SourceArn;

const operations: Readonly<Record<string, { readonly action: string; readonly queue: QueueOf }>> = {
  SendMessage: { action: 'SendMessage', queue: url },
  SendMessageBatch: { action: 'SendMessage', queue: url },
  ReceiveMessage: { action: 'ReceiveMessage', queue: url },
  DeleteMessage: { action: 'DeleteMessage', queue: url },
  DeleteMessageBatch: { action: 'DeleteMessage', queue: url },
  ChangeMessageVisibility: { action: 'ChangeMessageVisibility', queue: url },
  GetQueueAttributes: { action: 'GetQueueAttributes', queue: url },
  GetQueueUrl: { action: 'GetQueueUrl', queue: name },
  PurgeQueue: { action: 'PurgeQueue', queue: url },
  StartMessageMoveTask: { action: 'StartMessageMoveTask', queue: source },
};

/** `AmazonSQS.SendMessage` → `SendMessage`. */
export const operationOf = (target: string): string => target.replace(/^AmazonSQS\./, '');

/** Undefined: the local cloud does not have the operation. @throws ZodError if the body is not of its shape. */
export function neededFor(operation: string, body: unknown, queueArn: QueueArn): Grant | undefined {
  const known = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  return known && { action: `sqs:${known.action}`, resource: known.queue(body, queueArn) };
}
