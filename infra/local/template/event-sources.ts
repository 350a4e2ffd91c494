import type { QueueSpec } from './queues.ts';
import type { Resources } from './resources.ts';
import type { FunctionSpec } from './stack.ts';

/** A queue whose messages wake a function. */
export type EventSourceSpec = {
  readonly queue: QueueSpec;
  readonly function: FunctionSpec;
  readonly batchSize: number;
  /** Absent: as many invocations at once as the function bears. */
  readonly concurrency?: number | undefined;
  /** The function says which messages of a batch failed; else they fail and succeed together. */
  readonly reportsFailures: boolean;
};

type Specs = { readonly queues: readonly QueueSpec[]; readonly functions: readonly FunctionSpec[] };

/** Those that are enabled. @throws Error for what Lambda refuses: a queue that shows a message again while it is worked on. */
export function readEventSources(resources: Resources, { queues, functions }: Specs): EventSourceSpec[] {
  return resources.ofType('AWS::Lambda::EventSourceMapping').flatMap(({ logicalId, properties }) => {
    if (properties.StartingPosition !== undefined || !properties.Enabled) return [];
    const queue = queues.find(({ arn }) => arn === properties.EventSourceArn);
    const worker = functions.find(({ name, arn }) => [name, arn].includes(properties.FunctionName));
    if (queue === undefined || worker === undefined)
      throw new Error(`${logicalId}: its queue or its function is not in the template.`);
    if (queue.visibilityTimeoutMs < worker.timeoutMs)
      throw new Error(
        `${logicalId}: Queue visibility timeout: ${queue.visibilityTimeoutMs / 1_000} seconds is less than Function timeout: ${worker.timeoutMs / 1_000} seconds`,
      );
    return {
      queue,
      function: worker,
      batchSize: properties.BatchSize,
      concurrency: properties.ScalingConfig?.MaximumConcurrency,
      reportsFailures: properties.FunctionResponseTypes !== undefined,
    };
  });
}
