import * as z from 'zod';
import type { Instant } from '../limit-increase/terms.ts';
import { deadlineOf } from './deadline.ts';
import { observedFunction, type StackDeps } from './observed-function.ts';

export type StreamFunction<Change> = {
  /** What a record must be. */
  readonly change: z.ZodType<Change>;
  /** The stream goes on when this is fulfilled; when it is rejected, Lambda begins again with this record. */
  readonly handle: (change: Change, deadline: Instant) => Promise<void>;
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
  { change, handle }: StreamFunction<Change>,
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
        try {
          await handle(change.parse(record), deadline);
        } catch (error) {
          const { SequenceNumber } = record.dynamodb;
          meter.measure('Faults');
          log('message_failed', { messageId: SequenceNumber, error });
          return { batchItemFailures: [{ itemIdentifier: SequenceNumber }] };
        }
      }
      return { batchItemFailures: [] };
    });
}
