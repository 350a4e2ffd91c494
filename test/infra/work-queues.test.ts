import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { resourcesOf, synthesize } from './synthesis.ts';

const { template } = synthesize({ konaBaseUrl: 'https://kona.example' });
const resources = resourcesOf(template);
const propertiesOf = (id: string) => resources.find(({ logicalId }) => logicalId === id)?.Properties;
const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
const idOf = (pattern: RegExp) => ofType('AWS::SQS::Queue').find(({ logicalId }) => pattern.test(logicalId))?.logicalId;

const getAtt = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const mapping = z.object({ EventSourceArn: getAtt, FunctionName: z.object({ Ref: z.string() }) });
const bounds = { UploadsQueue: 10, ChunksQueue: 5, ReportsQueue: 10 };

describe.each(Object.entries(bounds))('%s', (name, atOnce) => {
  const queue = idOf(new RegExp(`^${name}[0-9A-F]{8}$`));
  const deadLetters = idOf(new RegExp(`^${name}DeadLetters`));
  const sources = ofType('AWS::Lambda::EventSourceMapping').filter(
    ({ Properties }) => mapping.parse(Properties).EventSourceArn['Fn::GetAtt'][0] === queue,
  );

  it('wakes one function, with one message at a time, a bounded number side by side, and lets each fail alone', () => {
    expect(sources.map(({ Properties }) => Properties)).toEqual([
      {
        EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
        FunctionName: { Ref: expect.any(String) },
        BatchSize: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: atOnce },
      },
    ]);
  });

  it('hides a message six times as long as its function may run', () => {
    const [worker = ''] = sources.map(({ Properties }) => mapping.parse(Properties).FunctionName.Ref);
    const { Timeout } = z.object({ Timeout: z.number() }).parse(propertiesOf(worker));
    expect(propertiesOf(queue ?? '')?.['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * Timeout);
  });

  it('gives a message up after five tries, and keeps it for two weeks', () => {
    expect(propertiesOf(queue ?? '')).toMatchObject({
      MessageRetentionPeriod: 1_209_600,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters, 'Arn'] }, maxReceiveCount: 5 },
    });
    expect(propertiesOf(deadLetters ?? '')).toMatchObject({ MessageRetentionPeriod: 1_209_600 });
  });

  it.each([queue, deadLetters])('encrypts what it holds, and takes it over TLS only: %s', (id) => {
    expect(propertiesOf(id ?? '')).toMatchObject({ SqsManagedSseEnabled: true });
    const [policy] = ofType('AWS::SQS::QueuePolicy').filter(
      ({ Properties }) => JSON.stringify(Properties['Queues']) === JSON.stringify([{ Ref: id }]),
    );
    const denied = {
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sqs:*',
      Resource: { 'Fn::GetAtt': [id, 'Arn'] },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    expect(policy?.Properties).toMatchObject({ PolicyDocument: { Statement: expect.arrayContaining([denied]) } });
  });
});

it('has no queue but these three, each with its dead letters, and the one for events that could not be sent', () => {
  expect(ofType('AWS::SQS::Queue')).toHaveLength(2 * Object.keys(bounds).length + 1);
  const ofQueues = ofType('AWS::Lambda::EventSourceMapping').filter(({ Properties }) => 'ScalingConfig' in Properties);
  expect(ofQueues).toHaveLength(Object.keys(bounds).length);
});
