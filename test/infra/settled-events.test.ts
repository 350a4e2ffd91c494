import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { resourcesOf, synthesize } from './synthesis.ts';

const { template } = synthesize({ konaBaseUrl: 'https://kona.example' });
const resources = resourcesOf(template);
const idOf = (pattern: RegExp): string => resources.find(({ logicalId }) => pattern.test(logicalId))?.logicalId ?? '';
const table = idOf(/^Ledger[0-9A-F]{8}$/);
const deadLetters = idOf(/^SettledEventsDeadLetters[0-9A-F]{8}$/);
const stream = { 'Fn::GetAtt': [table, 'StreamArn'] };
const pattern = (more: object): string =>
  JSON.stringify({ dynamodb: { Keys: { sk: { S: ['REQUEST'] } }, NewImage: { status: { S: ['settled'] }, ...more } } });

const propertiesOf = (id: string) => resources.find(({ logicalId }) => logicalId === id)?.Properties;
const [source] = resources.filter(
  ({ Type, Properties }) =>
    Type === 'AWS::Lambda::EventSourceMapping' && isDeepStrictEqual(Properties['EventSourceArn'], stream),
);

it('has the ledger tell of its changes as they then stand', () => {
  expect(propertiesOf(table)).toMatchObject({ StreamSpecification: { StreamViewType: 'NEW_IMAGE' } });
});

it('wakes the function for requests that are settled, of files once they are reported, from the first change on', () => {
  expect(source?.Properties).toMatchObject({
    FunctionName: { Ref: idOf(/^AnnounceSettledFunction/) },
    StartingPosition: 'TRIM_HORIZON',
    FilterCriteria: {
      Filters: [
        { Pattern: pattern({ source: { S: ['api'] } }) },
        { Pattern: pattern({ upload: { M: { reportedAt: { S: [{ exists: true }] } } } }) },
      ],
    },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BisectBatchOnFunctionError: true,
  });
});

it('tries for six hours, without a bound on the number of tries, and then tells where the change is', () => {
  expect(source?.Properties).toMatchObject({
    MaximumRecordAgeInSeconds: 21_600,
    DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [deadLetters, 'Arn'] } } },
  });
  expect(source?.Properties).not.toHaveProperty('MaximumRetryAttempts');
  expect(propertiesOf(deadLetters)).toMatchObject({ MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
});

it('lets the function read the ledger and its stream, send events to the default bus, and write nothing', () => {
  const policies = resources.find(({ logicalId }) => /^AnnounceSettledRole[0-9A-F]{8}$/.test(logicalId));
  const text = JSON.stringify(policies?.Properties);
  const actions = [...text.matchAll(/"(dynamodb|events|sqs|s3|secretsmanager):([A-Za-z]+)"/g)].map(
    ([, of, what]) => `${of}:${what}`,
  );
  expect(actions.sort()).toEqual([
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'dynamodb:Query',
    'events:PutEvents',
    'sqs:SendMessage',
  ]);
  expect(text).toContain(':event-bus/default');
  expect(text).toContain(JSON.stringify(stream));
});
