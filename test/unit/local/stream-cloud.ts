import { rm } from 'node:fs/promises';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startLocalCloud } from '../../../infra/local/local-cloud.ts';
import { writeTinyAssembly } from './tiny-stack.ts';

/** Tells the gate of each event, fails at the first change that says so, and throws at one that says that. */
const workerCode = (gateUrl: string) => `
export const handler = async (event) => {
  await fetch('${gateUrl}', { method: 'POST', body: JSON.stringify(event) });
  const says = ({ dynamodb }) => dynamodb.NewImage?.says?.S;
  if (event.Records.some((record) => says(record) === 'throw')) throw new Error('as told');
  const failed = event.Records.filter((record) => says(record) === 'fail');
  return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
};`;

const arnOf = (logicalId: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [logicalId, attribute] });
const allow = (Action: readonly string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
const stream = arnOf('Notes', 'StreamArn');
const look = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((action) => `dynamodb:${action}`);
export const rights = [allow(look, stream), allow(['sqs:SendMessage'], arnOf('Letters'))];

export type StreamCloudOptions = {
  readonly gateUrl?: string | undefined;
  readonly mapping?: object | undefined;
  readonly statements?: readonly unknown[] | undefined;
};

/** A local cloud of one table whose changes wake one function, if they say anything and do not say that they are dull. */
export async function startStreamCloud({ gateUrl = '', mapping = {}, statements = rights }: StreamCloudOptions) {
  const Pattern = (says: object) => JSON.stringify({ dynamodb: { Keys: { pk: { S: ['note'] } }, NewImage: { says } } });
  const assembly = await writeTinyAssembly({
    functions: { WorkerFunction: { code: workerCode(gateUrl) } },
    statements,
    resources: {
      Letters: { Type: 'AWS::SQS::Queue', Properties: {} },
      Notes: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
          StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        },
      },
      EventSource: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: stream,
          FunctionName: { Ref: 'WorkerFunction' },
          StartingPosition: 'TRIM_HORIZON',
          BatchSize: 2,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          FilterCriteria: { Filters: [{ Pattern: Pattern({ S: [{ exists: true }] }) }] },
          DestinationConfig: { OnFailure: { Destination: arnOf('Letters') } },
          ...mapping,
        },
      },
    },
    outputs: { notes: { Ref: 'Notes' }, lettersUrl: { Ref: 'Letters' } },
  });
  const removeAssembly = () => rm(assembly, { recursive: true });
  const cloud = await startLocalCloud({
    ...{ assembly, konaUrl: 'http://127.0.0.1:1', schedules: 'off', visibilityScale: 0.001, environment: process.env },
  }).catch(async (error) => {
    await removeAssembly();
    throw error;
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const dynamodb = new DynamoDBClient({ endpoint: cloud.dynamodbEndpoint, region: cloud.region, credentials });
  const sqs = new SQSClient({ endpoint: cloud.sqsEndpoint, region: cloud.region, credentials });
  return {
    cloud,
    dynamodb,
    sqs,
    TableName: cloud.outputs['notes'] ?? '',
    /** Has the note say something else, or nothing. */
    say: async (says: string | undefined, pk = 'note'): Promise<void> => {
      const change = says === undefined ? 'REMOVE says' : 'SET says = :says';
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: cloud.outputs['notes'],
          Key: { pk: { S: pk } },
          UpdateExpression: change,
          ...(says !== undefined && { ExpressionAttributeValues: { ':says': { S: says } } }),
        }),
      );
    },
    close: async (): Promise<void> => {
      for (const client of [dynamodb, sqs]) client.destroy();
      await cloud.close();
      await removeAssembly();
    },
  };
}
