import * as z from 'zod';
import type { Instant } from '../limit-increase/terms.ts';
import { deadlineOf } from './deadline.ts';
import { observedFunction, type StackDeps } from './observed-function.ts';

export type StreamFunction<Change> = {
  /** What a record must be. */
  readonly change: z.ZodType<Change>;
  /** The stream goes on when this is fulfilled; when it is rejected, Lambda begins again with this record. */
  readonly handle: (change: Change, deadline: Instant) => Promise<void>;
  /** The request that a change is of: for the log of one that failed. */
  readonly requestOf: (change: Change) => string;
};

/** From where on Lambda is to send the records again. An empty list: all are done. */
type StreamAnswer = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };

const streamRecordSchema = z.looseObject({ dynamodb: z.looseObject({ SequenceNumber: z.string() }) });
const streamEventSchema = z.object({ Records: z.array(streamRecordSchema) });

/**
 * A function that the stream of a table wakes: it gets each record's parsed value and a deadline, in the stream's order.
 * The first that fails or that cannot be read ends the batch, and comes again with all that follow it.
 */
export function streamFunction<Change>(
  { observability, clock }: StackDeps,
  { change, handle, requestOf }: StreamFunction<Change>,
) {
  const { log, meter } = observability;
  return observedFunction<StreamAnswer>(observability)
    .onError(({ error }) => {
      meter.measure('Faults');
      log('run_failed', { error });
    })
    .handler(async (event, context) => {
      const deadline = deadlineOf({ startedAt: clock(), remainingMs: context.getRemainingTimeInMillis() });
      const { Records } = streamEventSchema.parse(event);
      for (const record of Records) {
        const read = change.safeParse(record);
        try {
          if (!read.success) throw read.error;
          await handle(read.data, deadline);
        } catch (error) {
          const { SequenceNumber } = record.dynamodb;
          meter.measure('Faults');
          const requestId = read.success ? requestOf(read.data) : undefined;
          log('message_failed', { messageId: SequenceNumber, requestId, error });
          return { batchItemFailures: [{ itemIdentifier: SequenceNumber }] };
        }
      }
      return { batchItemFailures: [] };
    });
}
