import { setTimeout as wait } from 'node:timers/promises';
import type { Change, TableStream } from '../aws/dynamodb/stream.ts';
import type { Authority } from '../aws/iam/authority.ts';
import type { Queues } from '../aws/sqs/queues.ts';
import type { TableSpec } from '../template/stack.ts';
import type { StreamSourceSpec } from '../template/stream-sources.ts';
import { failedOf } from './batch-answer.ts';
import { matches } from './event-filter.ts';
import type { EventSources } from './event-sources.ts';
import type { Functions } from './functions.ts';

export type StreamSourceDeps = {
  readonly streams: ReadonlyMap<TableSpec, TableStream>;
  readonly functions: Functions;
  readonly queues: Pick<Queues, 'send'>;
  readonly authority: Authority;
  readonly eventSources: EventSources;
  /** 0.001: a change is given up after a thousandth of its record age. */
  readonly visibilityScale: number;
  readonly region: string;
  readonly now: () => number;
};

const needed = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'];
const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * Lambda's poller of a stream: wakes the function with the changes that its filters let through, one batch after the other,
 * in their order. A batch that failed is begun again where the function says, until its changes are too old; then they are
 * told to the destination of failures. @returns what stops it.
 * @throws Error, as AWS refuses to create the mapping, if the function's role does not allow it.
 */
export function startStreamSource(spec: StreamSourceSpec, deps: StreamSourceDeps): () => void {
  const { functions, queues, now } = deps;
  const pool = functions.find(spec.function.arn);
  if (pool === undefined) throw new Error(`There is no function ${spec.function.arn}.`);
  demandRights(spec, deps.authority);
  if (deps.eventSources === 'off') return () => {};
  const waiting: Change[] = [];
  const stop = new AbortController();
  let wake = (): void => {};
  const isLetThrough = (event: object, without?: string): boolean =>
    spec.filters.length === 0 || spec.filters.some((filter) => matches(filter, event, without));

  const unfollow = deps.streams.get(spec.table)?.follow({
    wants: (keys) => isLetThrough({ dynamodb: { Keys: keys } }, 'NewImage'),
    hear: (change) => {
      if (!isLetThrough(recordOf(change, spec, deps.region))) return;
      waiting.push(change);
      wake();
    },
  });

  async function run(worker: typeof pool & {}): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!stop.signal.aborted) {
      await giveUpOld();
      const batch = waiting.slice(0, spec.batchSize);
      if (batch.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const done = await doneOf(worker, batch);
      waiting.splice(0, done);
      pauseMs = done === batch.length ? firstPauseMs : Math.min(2 * pauseMs, longestPauseMs);
      if (done < batch.length) await wait(pauseMs, undefined, { signal: stop.signal });
    }
  }

  /** How many of the batch, from its first on, need not come again. */
  async function doneOf(worker: typeof pool & {}, batch: readonly Change[]): Promise<number> {
    const event = { Records: batch.map((change) => recordOf(change, spec, deps.region)) };
    const outcome = await worker.invoke(functions.invocationOf(JSON.stringify(event)));
    if (outcome.result !== 'returned') return 0;
    if (!spec.reportsFailures) return batch.length;
    const numbers = batch.map(({ sequenceNumber }) => sequenceNumber);
    const failed = failedOf(outcome.payload, numbers);
    const first = numbers.findIndex((number) => failed.has(number));
    return first === -1 ? batch.length : first;
  }

  async function giveUpOld(): Promise<void> {
    const old = waiting.filter(({ at }) => now() - at > spec.recordAgeMs * deps.visibilityScale);
    if (old.length === 0) return;
    waiting.splice(0, old.length);
    if (spec.failures !== undefined) await queues.send(spec.failures, JSON.stringify(givenUp(old, spec)));
  }

  void run(pool).catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  return () => {
    stop.abort();
    unfollow?.();
    wake();
  };
}

function demandRights({ function: worker, table, failures }: StreamSourceSpec, authority: Authority): void {
  const role = authority.inRoleOf(worker);
  const rights = needed.map((action) => ({ action, arn: table.streamArn }));
  if (failures !== undefined) rights.push({ action: 'sqs:SendMessage', arn: failures.arn });
  for (const { action, arn } of rights)
    if (!authority.authorize(role, action, arn).allowed)
      throw new Error(
        `${worker.localName}: The function's execution role does not have permissions to call ${action} on ${arn}.`,
      );
}

/** As Lambda tells a change. Whether the item was there before, nobody here knows. */
const recordOf = ({ sequenceNumber, keys, newImage, at }: Change, { table }: StreamSourceSpec, region: string) => ({
  eventID: sequenceNumber,
  eventName: newImage === undefined ? 'REMOVE' : 'MODIFY',
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: region,
  dynamodb: {
    ApproximateCreationDateTime: Math.floor(at / 1_000),
    Keys: keys,
    ...(newImage && { NewImage: newImage }),
    SequenceNumber: sequenceNumber,
    StreamViewType: 'NEW_IMAGE',
  },
  eventSourceARN: table.streamArn,
});

const givenUp = (changes: readonly Change[], { table, function: worker }: StreamSourceSpec) => ({
  requestContext: { functionArn: `${worker.arn}:$LATEST`, condition: 'RecordAgeExpired' },
  DDBStreamBatchInfo: {
    startSequenceNumber: changes[0]?.sequenceNumber,
    endSequenceNumber: changes.at(-1)?.sequenceNumber,
    batchSize: changes.length,
    streamArn: table.streamArn,
  },
});
