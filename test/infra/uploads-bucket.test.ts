import { expect, it } from 'vitest';
import * as z from 'zod';
import { resourcesOf, synthesize } from './synthesis.ts';

const konaBaseUrl = 'https://kona.example';
const { template } = synthesize({ konaBaseUrl });
const resources = resourcesOf(template);
const [bucket] = resources.filter(({ Type }) => Type === 'AWS::S3::Bucket');
const bucketArn = { 'Fn::GetAtt': [bucket?.logicalId, 'Arn'] };
const policy = z.object({ PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) });
const statementsOf = (type: string) =>
  resources
    .filter(({ Type }) => Type === type)
    .flatMap(({ Properties }) => policy.parse(Properties).PolicyDocument.Statement);

it('keeps every version of a file, encrypted with our key, one data key for many objects', () => {
  const [key] = Object.keys(template.findResources('AWS::KMS::Key'));
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': [key, 'Arn'] } };
  expect(bucket?.Properties).toMatchObject({
    VersioningConfiguration: { Status: 'Enabled' },
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: byDefault }],
    },
  });
});

it('is closed to the public, owns what is put into it, and talks over TLS only', () => {
  expect(bucket?.Properties).toMatchObject({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  });
  expect(statementsOf('AWS::S3::BucketPolicy')).toEqual([
    {
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:*',
      Resource: [bucketArn, { 'Fn::Join': ['', [bucketArn, '/*']] }],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ]);
});

it('keeps files and reports as long as the ledger keeps its items, and their remains for a month at most', () => {
  const lasting = synthesize({ konaBaseUrl, retentionDays: 400 });
  const [kept] = resourcesOf(lasting.template).filter(({ Type }) => Type === 'AWS::S3::Bucket');
  expect(kept?.Properties['LifecycleConfiguration']).toEqual({
    Rules: [
      { Id: 'Incoming', Status: 'Enabled', Prefix: 'incoming/', ExpirationInDays: 400 },
      { Id: 'Reports', Status: 'Enabled', Prefix: 'reports/', ExpirationInDays: 400 },
      {
        Id: 'Remains',
        Status: 'Enabled',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        ExpiredObjectDeleteMarker: true,
      },
    ],
  });
});

it('tells the uploads queue of every new object under incoming/, and nobody of a report', () => {
  expect(bucket?.Properties['NotificationConfiguration']).toEqual({
    QueueConfigurations: [
      {
        Event: 's3:ObjectCreated:*',
        Queue: { 'Fn::GetAtt': [expect.stringMatching(/^UploadsQueue[0-9A-F]{8}$/), 'Arn'] },
        Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'incoming/' }] } },
      },
    ],
  });
});

it('lets S3 ring for buckets of this account only, before the bucket is created, without any function of CDK', () => {
  const letting = statementsOf('AWS::SQS::QueuePolicy').filter((one) => JSON.stringify(one).includes('"Allow"'));
  expect(letting).toEqual([
    {
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^UploadsQueue[0-9A-F]{8}$/), 'Arn'] },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    },
  ]);
  const { DependsOn: first } = template.findResources('AWS::S3::Bucket')[bucket?.logicalId ?? ''] ?? {};
  expect(first).toContainEqual(expect.stringMatching(/^UploadsQueuePolicy/));
  expect(resources.filter(({ Type }) => Type.startsWith('Custom::'))).toEqual([]);
});
