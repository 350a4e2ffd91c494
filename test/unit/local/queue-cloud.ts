import { rm } from 'node:fs/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { LocalCloudOptions } from '../../../infra/local/cloud.ts';
import { credentialsOf } from '../../../infra/local/lambda/credentials.ts';
import { startLocalCloud } from '../../../infra/local/local-cloud.ts';
import { writeTinyAssembly } from './tiny-stack.ts';

/** Tells the gate of each event, and fails as the messages of the event want it. */
const workerCode = (gateUrl: string) => `
export const handler = async (event) => {
  await fetch('${gateUrl}', { method: 'POST', body: JSON.stringify(event) });
  const wants = (what) => event.Records.filter(({ body }) => body.startsWith(what));
  if (wants('throw').length > 0) throw new Error('as told');
  return { batchItemFailures: wants('fail').map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const allow = (Action: readonly string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
export const pollActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
export const allowAtBell = (actions: readonly string[]) => allow(actions, arnOf('Bell'));

type QueueCloudOptions = Pick<LocalCloudOptions, 'eventSources'> & {
  readonly gateUrl?: string | undefined;
  readonly mapping?: object | undefined;
  readonly queue?: object | undefined;
  /** Of the function. */
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
  readonly statements?: readonly unknown[] | undefined;
};

/** A local cloud of one queue with dead letters, whose messages wake one function; what fails comes again after 0.06 s. */
export async function startQueueCloud(options: QueueCloudOptions) {
  const { gateUrl = '', mapping = {}, queue = {}, properties, statements = [], eventSources } = options;
  const assembly = await writeTinyAssembly({
    functions: { WorkerFunction: { code: workerCode(gateUrl), properties } },
    statements: [...statements, ...(options.statements === undefined ? [allowAtBell(pollActions)] : [])],
    resources: {
      Letters: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
      Bell: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          VisibilityTimeout: 60,
          RedrivePolicy: { deadLetterTargetArn: arnOf('Letters'), maxReceiveCount: 2 },
          ...queue,
        },
      },
      EventSource: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: arnOf('Bell'),
          FunctionName: { Ref: 'WorkerFunction' },
          BatchSize: 10,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ...mapping,
        },
      },
    },
    outputs: {
      bellUrl: { Ref: 'Bell' },
      bellArn: arnOf('Bell'),
      lettersUrl: { Ref: 'Letters' },
      lettersArn: arnOf('Letters'),
    },
  });
  const removeAssembly = () => rm(assembly, { recursive: true });
  const cloud = await startLocalCloud({
    ...{ assembly, konaUrl: 'http://127.0.0.1:1', schedules: 'off', eventSources, visibilityScale: 0.001 },
    environment: process.env,
  }).catch(async (error) => {
    await removeAssembly();
    throw error;
  });
  const clientOf = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
    new SQSClient({ endpoint: cloud.sqsEndpoint, region: cloud.region, credentials });
  const outsider = clientOf({ accessKeyId: 'local', secretAccessKey: 'local' });
  const worker = clientOf(credentialsOf({ name: z.string().parse(cloud.functions['worker']) }));
  return {
    cloud,
    outsider,
    /** Signs as the function does. */
    worker,
    outputs: cloud.outputs,
    ring: async (body: string): Promise<string> => {
      const sent = await outsider.send(
        new SendMessageCommand({ QueueUrl: cloud.outputs['bellUrl'], MessageBody: body }),
      );
      return z.string().parse(sent.MessageId);
    },
    close: async (): Promise<void> => {
      for (const client of [outsider, worker]) client.destroy();
      await cloud.close();
      await removeAssembly();
    },
  };
}
