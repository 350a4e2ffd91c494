import * as z from 'zod';
import { onAwsOnly } from './on-aws-only.ts';

// The resource types that files go through: buckets, queues, and what wakes functions. Strict like all the others.

/** Whoever comes without TLS is denied on AWS. Here all come so, over loopback, and are let in. */
const tlsOnly = z.strictObject({
  Effect: z.literal('Deny'),
  Principal: z.strictObject({ AWS: z.literal('*') }),
  Action: z.enum(['sqs:*', 's3:*']),
  Resource: onAwsOnly,
  Condition: z.strictObject({ Bool: z.strictObject({ 'aws:SecureTransport': z.literal('false') }) }),
});

const s3Sends = z.strictObject({
  Effect: z.literal('Allow'),
  Principal: z.strictObject({ Service: z.literal('s3.amazonaws.com') }),
  Action: z.literal('sqs:SendMessage'),
  Resource: z.string(),
  Condition: z.strictObject({ StringEquals: z.strictObject({ 'aws:SourceAccount': z.string() }) }),
});

const documentOf = <T extends z.ZodType>(statement: T) =>
  z.strictObject({ Version: z.literal('2012-10-17'), Statement: z.array(statement) });

/** No name of its own, so that two stacks can stand side by side. */
const queue = z.strictObject({
  /** In seconds; SQS's own default. */
  VisibilityTimeout: z.number().int().default(30),
  MessageRetentionPeriod: z.number().int().optional(),
  RedrivePolicy: z
    .strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number().int().min(1) })
    .optional(),
  RedriveAllowPolicy: onAwsOnly,
  SqsManagedSseEnabled: onAwsOnly,
});

const queuePolicy = z.strictObject({
  PolicyDocument: documentOf(z.discriminatedUnion('Effect', [tlsOnly, s3Sends])),
  Queues: z.array(z.string()).min(1),
});

const queueSource = z.strictObject({
  EventSourceArn: z
    .string()
    .regex(/^arn:aws:sqs:/, 'the local cloud has no event sources but queues and streams of tables'),
  /** Of a stream only. */
  StartingPosition: z.undefined().optional(),
  FunctionName: z.string(),
  /** More than ten would need a batching window. */
  BatchSize: z.number().int().min(1).max(10).default(10),
  MaximumBatchingWindowInSeconds: z.literal(0).optional(),
  FunctionResponseTypes: z.tuple([z.literal('ReportBatchItemFailures')]).optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.number().int().min(2).max(1_000) }).optional(),
  Enabled: z.boolean().default(true),
});

const streamSource = z.strictObject({
  EventSourceArn: z.string().regex(/^arn:aws:dynamodb:.*\/stream\//),
  FunctionName: z.string(),
  /** The changes from before the mapping: in a new table there are none. */
  StartingPosition: z.literal('TRIM_HORIZON'),
  BatchSize: z.number().int().min(1).default(100),
  /** A batch that failed without a word of where is begun again whole; that AWS would halve it brings it no further. */
  BisectBatchOnFunctionError: onAwsOnly,
  MaximumRecordAgeInSeconds: z.number().int().min(60).optional(),
  FunctionResponseTypes: z.tuple([z.literal('ReportBatchItemFailures')]).optional(),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })).min(1) }).optional(),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }) }).optional(),
  Enabled: z.boolean().default(true),
});

const eventSourceMapping = z.discriminatedUnion('StartingPosition', [queueSource, streamSource]);

const bucket = z.strictObject({
  VersioningConfiguration: z.strictObject({ Status: z.literal('Enabled') }).optional(),
  NotificationConfiguration: z
    .strictObject({
      QueueConfigurations: z.array(
        z.strictObject({
          Event: z.literal('s3:ObjectCreated:*'),
          Queue: z.string(),
          Filter: z
            .strictObject({
              S3Key: z.strictObject({
                Rules: z.array(z.strictObject({ Name: z.literal('prefix'), Value: z.string() })).max(1),
              }),
            })
            .optional(),
        }),
      ),
    })
    .optional(),
  BucketEncryption: onAwsOnly,
  LifecycleConfiguration: onAwsOnly,
  LoggingConfiguration: onAwsOnly,
  OwnershipControls: onAwsOnly,
  PublicAccessBlockConfiguration: onAwsOnly,
});

const bucketPolicy = z.strictObject({ Bucket: z.string(), PolicyDocument: documentOf(tlsOnly) });

export const fileTypes = {
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
} as const;
