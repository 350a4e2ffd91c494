import { setTimeout as wait } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Queues } from '../aws/sqs/queues.ts';
import type { EventSourceSpec } from '../template/event-sources.ts';
import { failedOf } from './batch-answer.ts';
import { type FunctionPool, processesMax } from './function-pool.ts';
import type { Functions } from './functions.ts';
import type { InvocationResult } from './invocation.ts';
import { sqsEventOf } from './sqs-event.ts';

const pollSeconds = 20;
const throttledPauseMs = 200;

export type EventSourceDeps = {
  readonly queues: Queues;
  readonly functions: Functions;
  readonly region: string;
  /** 0.001: a message that its function failed on is seen again after a thousandth of its visibility timeout. */
  readonly visibilityScale: number;
  readonly now: () => number;
};

/**
 * Lambda's poller of a queue: wakes the function with its messages, as many invocations at once as the template says,
 * and deletes those that went well. What failed stays, and is seen again when its visibility timeout is over.
 * @returns what stops it; invocations that run then are not waited for, and their messages stay.
 */
export function startEventSource(spec: EventSourceSpec, deps: EventSourceDeps): () => void {
  const { queues, functions, region, visibilityScale, now } = deps;
  const { client } = queues;
  const QueueUrl = queues.urlOf(spec.queue);
  const pool = functions.find(spec.function.arn);
  if (pool === undefined) throw new Error(`There is no function ${spec.function.arn}.`);
  const { visibilityTimeoutMs } = spec.queue;
  const stop = new AbortController();
  const { signal } = stop;
  // What the machine does not bear had better wait in the queue than in front of the function.
  const slots = createSlots(Math.min(spec.concurrency ?? processesMax, processesMax));

  async function receive(): Promise<readonly Message[]> {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: spec.batchSize,
        WaitTimeSeconds: pollSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal: signal },
    );
    return Messages;
  }

  async function work(worker: FunctionPool, messages: readonly Message[]): Promise<void> {
    const until = now() + visibilityTimeoutMs;
    const failed = await failuresOf(worker, messages, until);
    // From then on others may have them.
    if (signal.aborted || now() >= until) return;
    const Entries = messages
      .filter((message) => !failed.includes(message))
      .map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle }));
    if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    if (visibilityScale === 1) return;
    const VisibilityTimeout = (visibilityTimeoutMs / 1_000) * visibilityScale;
    for (const { ReceiptHandle } of failed)
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  }

  async function failuresOf(
    worker: FunctionPool,
    messages: readonly Message[],
    until: number,
  ): Promise<readonly Message[]> {
    const event = JSON.stringify(sqsEventOf(messages, spec.queue.arn, region));
    let outcome: InvocationResult = await worker.invoke(functions.invocationOf(event));
    while (outcome.result === 'throttled' && now() < until) {
      await wait(throttledPauseMs, undefined, { signal });
      outcome = await worker.invoke(functions.invocationOf(event));
    }
    if (outcome.result !== 'returned') return messages;
    if (!spec.reportsFailures) return [];
    const failed = failedOf(
      outcome.payload,
      messages.map(({ MessageId = '' }) => MessageId),
    );
    return messages.filter(({ MessageId = '' }) => failed.has(MessageId));
  }

  async function poll(worker: FunctionPool): Promise<void> {
    while (!signal.aborted) {
      await slots.take();
      const messages = signal.aborted ? [] : await receive();
      if (messages.length === 0) slots.leave();
      else void unlessStopped(work(worker, messages).finally(slots.leave));
    }
  }

  /** An error other than that of the stop is a fault of the local cloud: nobody catches it. */
  const unlessStopped = (running: Promise<void>) =>
    running.catch((error) => {
      if (!signal.aborted) throw error;
    });

  void unlessStopped(poll(pool));
  return () => stop.abort();
}

function createSlots(count: number): { readonly take: () => Promise<void>; readonly leave: () => void } {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    take: async () => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    leave: () => {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}
