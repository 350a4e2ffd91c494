import { type Pattern, patternText } from '../lambda/event-filter.ts';
import type { QueueSpec } from './queues.ts';
import type { Resources } from './resources.ts';
import type { FunctionSpec, TableSpec } from './stack.ts';

/** A table whose changes wake a function. */
export type StreamSourceSpec = {
  readonly table: TableSpec;
  readonly function: FunctionSpec;
  readonly batchSize: number;
  /** A change that matches none of them wakes nobody; without any, all do. */
  readonly filters: readonly Pattern[];
  readonly reportsFailures: boolean;
  /** A change that is older is given up. */
  readonly recordAgeMs: number;
  /** Where it is told then. */
  readonly failures?: QueueSpec | undefined;
};

type Specs = {
  readonly tables: readonly TableSpec[];
  readonly queues: readonly QueueSpec[];
  readonly functions: readonly FunctionSpec[];
};

/** Those that are enabled. @throws Error if the stream, the function or the queue is not in the template. */
export function readStreamSources(resources: Resources, { tables, queues, functions }: Specs): StreamSourceSpec[] {
  return resources.ofType('AWS::Lambda::EventSourceMapping').flatMap(({ logicalId, properties }) => {
    if (properties.StartingPosition === undefined || !properties.Enabled) return [];
    const { EventSourceArn: streamArn, FunctionName, DestinationConfig, FilterCriteria } = properties;
    const table = tables.find((one) => one.properties.StreamSpecification !== undefined && one.streamArn === streamArn);
    const worker = functions.find(({ name, arn }) => [name, arn].includes(FunctionName));
    const failuresArn = DestinationConfig?.OnFailure.Destination;
    const failures = queues.find(({ arn }) => arn === failuresArn);
    if (table === undefined || worker === undefined || (failuresArn !== undefined && failures === undefined))
      throw new Error(`${logicalId}: its stream, its function or its destination is not in the template.`);
    return {
      ...{ table, function: worker, failures, batchSize: properties.BatchSize },
      filters: FilterCriteria?.Filters.map(({ Pattern: text }) => patternText.parse(text)) ?? [],
      reportsFailures: properties.FunctionResponseTypes !== undefined,
      // DynamoDB itself forgets a change after a day.
      recordAgeMs: Math.min(properties.MaximumRecordAgeInSeconds ?? 86_400, 86_400) * 1_000,
    };
  });
}
