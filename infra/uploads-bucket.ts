import assert from 'node:assert/strict';
import { Aws, Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct, IConstruct } from 'constructs';
import { removal } from './removal.ts';

/** What is put under this is read. */
export const incomingPrefix = 'incoming/';
/** What became of it is written under this. */
export const reportsPrefix = 'reports/';

export type UploadsBucketProps = {
  readonly key: IKey;
  readonly retentionDays: number;
  readonly trial: boolean;
  /** Is told of every object that was uploaded. */
  readonly uploadsQueue: Queue;
};

/** Files come in and reports go out here. Who may put the one and get the other is for the account to say, by IAM. */
export function createUploadsBucket(scope: Construct, props: UploadsBucketProps): Bucket {
  const { key, retentionDays, trial, uploadsQueue } = props;
  const expiration = Duration.days(retentionDays);
  const bucket = new Bucket(scope, 'Uploads', {
    // A file that is overwritten while it is read stays what it was.
    versioned: true,
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    lifecycleRules: [
      { id: 'Incoming', prefix: incomingPrefix, expiration },
      { id: 'Reports', prefix: reportsPrefix, expiration },
      {
        id: 'Remains',
        abortIncompleteMultipartUploadAfter: Duration.days(1),
        noncurrentVersionExpiration: Duration.days(30),
        expiredObjectDeleteMarker: true,
      },
    ],
    removalPolicy: removal(trial),
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions::AwsSolutions-S1',
    reason:
      "Who touched which object is told by CloudTrail's data events, for whoever switches them on in the account; server access logs come late and not all of them.",
  });
  announce(bucket, uploadsQueue);
  return bucket;
}

/** Plain properties of the bucket: what CDK offers instead is a function that may rewrite any bucket's notifications. */
function announce(bucket: Bucket, uploadsQueue: Queue): void {
  uploadsQueue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('s3.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [uploadsQueue.queueArn],
      // Not the bucket: it has no name before it exists, and it cannot exist before it may send.
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  const resource = resourceOf(bucket);
  resource.notificationConfiguration = {
    queueConfigurations: [
      {
        event: 's3:ObjectCreated:*',
        queue: uploadsQueue.queueArn,
        filter: { s3Key: { rules: [{ name: 'prefix', value: incomingPrefix }] } },
      },
    ],
  };
  // S3 tries the queue when it takes this, so the queue's policy has to stand.
  resource.node.addDependency(uploadsQueue);
}

/** That a worker may touch whatever lies under the prefix is what it is for. */
export function acknowledgeObjects(worker: IConstruct, bucket: Bucket, prefix: string): void {
  const logicalId = Stack.of(bucket).getLogicalId(resourceOf(bucket));
  Validations.of(worker).acknowledge({
    id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${prefix}*]`,
    reason: `Objects have no names to be granted before they are written; all of them lie under ${prefix}.`,
  });
}

function resourceOf(bucket: Bucket): CfnBucket {
  const { defaultChild } = bucket.node;
  assert(defaultChild instanceof CfnBucket, 'a Bucket is made of a CfnBucket');
  return defaultChild;
}
