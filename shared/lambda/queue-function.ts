import * as z from 'zod';
import type { Instant } from '../limit-increase/terms.ts';
import { deadlineOf } from './deadline.ts';
import { jsonText } from './json-text.ts';
import { observedFunction, type StackDeps } from './observed-function.ts';

export type QueueFunction<Message> = {
  /** What the body's JSON must be. */
  readonly message: z.ZodType<Message>;
  /** The message goes when this is fulfilled, and comes again when it is rejected. */
  readonly handle: (message: Message, deadline: Instant) => Promise<void>;
};

/** The messages that stay in the queue: all of them, if all failed. An empty list lets SQS delete every message. */
type BatchAnswer = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };

const queueRecordSchema = z.object({
  messageId: z.string(),
  body: z.string(),
  attributes: z.object({ ApproximateReceiveCount: z.coerce.number().optional().catch(undefined) }),
});
const queueEventSchema = z.object({ Records: z.array(queueRecordSchema) });

type QueueRecord = z.infer<typeof queueRecordSchema>;

/**
 * A function that a queue wakes: it gets each message's parsed value and a deadline, one message after the other. One that fails
 * or that cannot be read costs the others nothing: it is logged, without its body, and comes again until the queue
 * gives it to its dead letters.
 */
export function queueFunction<Message>(
  { observability, clock }: StackDeps,
  { message, handle }: QueueFunction<Message>,
) {
  const { log, meter } = observability;
  const bodySchema = jsonText.pipe(message);

  return observedFunction<BatchAnswer>(observability)
    .onError(({ error }) => {
      meter.measure('Faults');
      log('run_failed', { error });
    })
    .handler(async (event, context) => {
      const startedAt = clock();
      const deadline = deadlineOf({ startedAt, remainingMs: context.getRemainingTimeInMillis() });
      const { Records } = queueEventSchema.parse(event);
      const failed: string[] = [];
      for (const record of Records) if (!(await isDone(record, deadline))) failed.push(record.messageId);
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    });

  async function isDone({ messageId, body, attributes }: QueueRecord, deadline: Instant): Promise<boolean> {
    const of = { messageId, receives: attributes.ApproximateReceiveCount };
    const read = bodySchema.safeParse(body);
    if (!read.success) {
      log('message_unreadable', { ...of, reason: read.error.issues.map(shownIssue).join('; ') });
      return false;
    }
    try {
      await handle(read.data, deadline);
      return true;
    } catch (error) {
      meter.measure('Faults');
      log('message_failed', { ...of, error });
      return false;
    }
  }
}

const shownIssue = ({ path, message }: z.core.$ZodIssue): string => [...path.map(String), message].join(' ');
