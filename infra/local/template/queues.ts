import type { Resources } from './resources.ts';

export type QueueSpec = {
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeoutMs: number;
  readonly retentionSeconds?: number | undefined;
  /** Where a message goes that was received so often and never deleted. */
  readonly redrive?: { readonly deadLettersArn: string; readonly receivesMax: number } | undefined;
  /** The accounts whose buckets may send here. */
  readonly bucketAccounts: readonly string[];
};

type Lookups = { readonly ref: (logicalId: string) => string; readonly arn: (logicalId: string) => string };

/** @throws Error if a queue sends its dead letters to one that is not in the template. */
export function readQueues(resources: Resources, { ref, arn }: Lookups): QueueSpec[] {
  const policies = resources.ofType('AWS::SQS::QueuePolicy').map(({ properties }) => properties);
  const queues = resources.ofType('AWS::SQS::Queue').map(({ logicalId, properties }) => {
    const { RedrivePolicy: redrive } = properties;
    const url = ref(logicalId);
    const statements = policies
      .filter(({ Queues }) => Queues.includes(url))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    return {
      name: url.replace(/^.*\//, ''),
      arn: arn(logicalId),
      visibilityTimeoutMs: properties.VisibilityTimeout * 1_000,
      retentionSeconds: properties.MessageRetentionPeriod,
      redrive: redrive && { deadLettersArn: redrive.deadLetterTargetArn, receivesMax: redrive.maxReceiveCount },
      bucketAccounts: statements.flatMap((statement) =>
        statement.Effect === 'Allow' && statement.Resource === arn(logicalId)
          ? [statement.Condition.StringEquals['aws:SourceAccount']]
          : [],
      ),
    };
  });
  for (const { name, redrive } of queues)
    if (redrive !== undefined && !queues.some((queue) => queue.arn === redrive.deadLettersArn))
      throw new Error(`${name}: its dead letters ${redrive.deadLettersArn} are not in the template.`);
  return queues;
}
