import type { QueueSpec } from './queues.ts';
import type { Resources } from './resources.ts';

export type BucketSpec = {
  readonly name: string;
  readonly arn: string;
  readonly versioned: boolean;
  /** What is created under the prefix is told to the queue. */
  readonly notifications: readonly { readonly prefix: string; readonly queue: QueueSpec }[];
};

type Lookups = {
  readonly ref: (logicalId: string) => string;
  readonly arn: (logicalId: string) => string;
  readonly queues: readonly QueueSpec[];
  readonly account: string;
};

/** @throws Error if S3 may not send to a queue that it is to notify: S3 tries it when the bucket is made. */
export function readBuckets(resources: Resources, { ref, arn, queues, account }: Lookups): BucketSpec[] {
  const queueOf = (bucket: string, queueArn: string): QueueSpec => {
    const queue = queues.find((one) => one.arn === queueArn);
    if (queue === undefined) throw new Error(`${bucket}: the queue ${queueArn} is not in the template.`);
    if (!queue.bucketAccounts.includes(account))
      throw new Error(
        `${bucket}: Unable to validate the following destination configurations: ${queueArn} has no policy that lets S3 send to it for this account.`,
      );
    return queue;
  };
  return resources.ofType('AWS::S3::Bucket').map(({ logicalId, properties }) => ({
    name: ref(logicalId),
    arn: arn(logicalId),
    versioned: properties.VersioningConfiguration !== undefined,
    notifications: (properties.NotificationConfiguration?.QueueConfigurations ?? []).map(({ Filter, Queue }) => ({
      prefix: Filter?.S3Key.Rules[0]?.Value ?? '',
      queue: queueOf(logicalId, Queue),
    })),
  }));
}
