import { rm } from 'node:fs/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { credentialsOf } from '../../../infra/local/lambda/credentials.ts';
import { startLocalCloud } from '../../../infra/local/local-cloud.ts';
import { writeTinyAssembly } from './tiny-stack.ts';

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const objectsIn = (prefix: string) => ({ 'Fn::Join': ['', [arnOf('Uploads'), `/${prefix}*`]] });
const statement = (Action: readonly string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });

export const s3MaySend = {
  Effect: 'Allow',
  Principal: { Service: 's3.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: arnOf('Bell'),
  Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
};
const tlsOnly = (Action: string, Resource: unknown) => ({
  ...{ Effect: 'Deny', Principal: { AWS: '*' }, Action, Resource },
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});
const policy = (Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement });

const bucket = {
  VersioningConfiguration: { Status: 'Enabled' },
  NotificationConfiguration: {
    QueueConfigurations: [
      {
        Event: 's3:ObjectCreated:*',
        Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'incoming/' }] } },
        Queue: arnOf('Bell'),
      },
    ],
  },
};

const eventSchema = z.object({
  Records: z.tuple([
    z.looseObject({ eventName: z.string(), s3: z.object({ object: z.looseObject({ key: z.string() }) }) }),
  ]),
});

/** A local cloud of a bucket with versions that tells a queue what is put under `incoming/`, and one without either. */
export async function startBucketCloud({
  properties = bucket as object,
  queuePolicy = [s3MaySend] as readonly unknown[],
  queueOfPolicy = { Ref: 'Bell' } as unknown,
  dataDirectory = undefined as string | undefined,
} = {}) {
  const assembly = await writeTinyAssembly({
    functions: { WorkerFunction: { code: 'export const handler = async () => process.env;' } },
    statements: [
      statement(['s3:GetObject', 's3:GetObjectVersion'], objectsIn('incoming/')),
      statement(['s3:PutObject', 's3:AbortMultipartUpload'], objectsIn('reports/')),
      statement(['s3:ListBucket'], arnOf('Plain')),
    ],
    resources: {
      Bell: { Type: 'AWS::SQS::Queue', Properties: {} },
      BellPolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          PolicyDocument: policy([tlsOnly('sqs:*', arnOf('Bell')), ...queuePolicy]),
          Queues: [queueOfPolicy],
        },
      },
      Uploads: { Type: 'AWS::S3::Bucket', Properties: properties, DependsOn: ['BellPolicy'] },
      UploadsPolicy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Uploads' },
          PolicyDocument: policy([tlsOnly('s3:*', [arnOf('Uploads'), objectsIn('')])]),
        },
      },
      Plain: { Type: 'AWS::S3::Bucket', Properties: {} },
    },
    outputs: { uploads: { Ref: 'Uploads' }, plain: { Ref: 'Plain' }, bellUrl: { Ref: 'Bell' } },
  });
  const removeAssembly = () => rm(assembly, { recursive: true });
  const cloud = await startLocalCloud({
    ...{ assembly, konaUrl: 'http://127.0.0.1:1', schedules: 'off', dataDirectory },
    environment: process.env,
  }).catch(async (error) => {
    await removeAssembly();
    throw error;
  });
  const { region } = cloud;
  const local = { accessKeyId: 'local', secretAccessKey: 'local' };
  // Nothing but where to go: how it addresses buckets, signs and sums up is for the SDK to choose.
  const clientOf = (credentials: typeof local) => new S3Client({ endpoint: cloud.s3Endpoint, region, credentials });
  const outsider = clientOf(local);
  const worker = clientOf(credentialsOf({ name: z.string().parse(cloud.functions['worker']) }));
  const sqs = new SQSClient({ endpoint: cloud.sqsEndpoint, region, credentials: local });
  const messages = async (): Promise<string[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: cloud.outputs['bellUrl'], MaxNumberOfMessages: 10 }),
    );
    return Messages.map(({ Body = '' }) => Body);
  };
  return {
    cloud,
    outsider,
    /** Signs as the function does. */
    worker,
    uploads: z.string().parse(cloud.outputs['uploads']),
    plain: z.string().parse(cloud.outputs['plain']),
    /** All that the queue has; each is seen once. */
    messages,
    events: async () => (await messages()).map((body) => eventSchema.parse(JSON.parse(body)).Records[0]),
    close: async (): Promise<void> => {
      for (const client of [outsider, worker, sqs]) client.destroy();
      await cloud.close();
      await removeAssembly();
    },
  };
}

export type BucketCloud = Awaited<ReturnType<typeof startBucketCloud>>;
