import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { alarmsOf as allAlarmsOf, codeOf } from './alarms-of.ts';
import { synthesize } from './synthesis.ts';

const konaBaseUrl = 'https://kona.example';
const alarmEmail = 'on-call@corp.example';

const { template } = synthesize({ konaBaseUrl });
const alarmsOf = (context: object) => allAlarmsOf({ konaBaseUrl, ...context });

/** Those on what AWS counts by itself of one part of the stack. */
const plainAlarmsOf = (context: object) =>
  alarmsOf(context).flatMap(({ metrics, ...alarm }) => {
    const [only, ...others] = metrics;
    return only === undefined || others.length > 0 || !only.namespace.startsWith('AWS/') ? [] : { ...alarm, ...only };
  });

it('watches every function for errors and throttles, the API for 5xx, the reconciler for silence, queues for age and dead letters', () => {
  const functions = Object.keys(template.findResources('AWS::Lambda::Function'));
  const [api] = Object.keys(template.findResources('AWS::ApiGatewayV2::Api'));
  const watched = plainAlarmsOf({}).map(({ namespace, metric, of }) => [`${namespace}/${metric}`, ...of]);
  const reconcile = functions.filter((id) => id.startsWith('Reconcile'));
  const queues = Object.keys(template.findResources('AWS::SQS::Queue'));
  const queueMetric = (id: string) =>
    id.includes('DeadLetters') ? 'ApproximateNumberOfMessagesVisible' : 'ApproximateAgeOfOldestMessage';
  expect(watched.sort()).toEqual(
    [
      ...functions.flatMap((id) => [
        ['AWS/Lambda/Errors', id],
        ['AWS/Lambda/Throttles', id],
      ]),
      ['AWS/Lambda/Invocations', ...reconcile],
      ['AWS/Lambda/IteratorAge', ...functions.filter((id) => id.startsWith('AnnounceSettled'))],
      ...queues.map((id) => [`AWS/SQS/${queueMetric(id)}`, id]),
      ['AWS/ApiGateway/5xx', api],
    ].sort(),
  );
});

it('fires on the first error and the first dead letter, but on throttles only when they go on for a quarter of an hour', () => {
  const alarms = plainAlarmsOf({});
  for (const alarm of alarms.filter(({ metric }) => !/Invocations|Age/.test(metric)))
    expect(alarm).toMatchObject({
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
      period: 300,
      EvaluationPeriods: alarm.metric === 'Throttles' ? 3 : 1,
    });
});

it('counts what happened, and takes of a queue the worst', () => {
  for (const alarm of plainAlarmsOf({}))
    expect([codeOf(alarm), alarm.statistic]).toEqual([
      codeOf(alarm),
      alarm.namespace === 'AWS/SQS' || alarm.metric === 'IteratorAge' ? 'Maximum' : 'Sum',
    ]);
});

it('lets a busy queue be, and fires when a message has waited for hours', () => {
  const waiting = plainAlarmsOf({}).filter(({ metric }) => metric === 'ApproximateAgeOfOldestMessage');
  const hours = waiting.map((alarm) => [codeOf(alarm), alarm.Threshold / 3_600]);
  expect(Object.fromEntries(hours)).toEqual({ 'uploads-waiting': 2, 'chunks-waiting': 6, 'reports-waiting': 2 });
  const [late] = plainAlarmsOf({}).filter(({ metric }) => metric === 'IteratorAge');
  expect([late?.Threshold, late?.EvaluationPeriods]).toEqual([900_000, 1]);
});

it.each([
  [1, 300],
  [60, 3_600],
])('takes silence for an alarm, not for peace: with a clock of %i min, after three times %i s', (minutes, period) => {
  const [silent] = plainAlarmsOf({ reconcileEveryMinutes: minutes }).filter(({ metric }) => metric === 'Invocations');
  expect(silent).toMatchObject({
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
    TreatMissingData: 'breaching',
    period,
    EvaluationPeriods: 3,
  });
});

it('tells in the README what every alarm means and what to do, and names none that is not there', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, section = ''] = readme.split('\n## Alarms\n');
  const rows =
    section
      .split('\n## ')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('| `')) ?? [];
  const told = rows.flatMap((row) => row.split(' | ')[0]?.match(/(?<=`)[^`]+(?=`)/g) ?? []);
  expect(told.sort()).toEqual(alarmsOf({}).map(codeOf).sort());
  expect(
    alarmsOf({})
      .map(({ AlarmDescription }) => AlarmDescription.length)
      .filter((length) => length > 1_024),
  ).toEqual([]);
});

it('says in the README of what an alarm costs what its own description says', () => {
  const words = (text = '') =>
    text
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join(' ') ?? '';
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const rows = readme.split('\n');
  for (const alarm of alarmsOf({})) {
    const row = rows.find((line) => line.startsWith(`| \`${codeOf(alarm)}\` |`));
    const [, , cost = 'no cost'] = row?.split(' | ') ?? [];
    expect([cost, words(alarm.AlarmDescription).endsWith(words(cost))]).toEqual([cost, true]);
  }
});

it('stands without an address, and tells the address once there is one, over TLS and encrypted with our key', () => {
  expect(alarmsOf({}).flatMap(({ AlarmActions }) => AlarmActions)).toEqual([]);
  const { template } = synthesize({ konaBaseUrl, alarmEmail });
  const [topic = ''] = Object.keys(template.findResources('AWS::SNS::Topic'));
  const [key] = Object.keys(template.findResources('AWS::KMS::Key'));
  template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: { 'Fn::GetAtt': [key, 'Arn'] } });
  const told = alarmsOf({ alarmEmail }).map(({ AlarmActions }) => AlarmActions);
  expect(told).toEqual(told.map(() => [{ Ref: topic }]));
  template.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: alarmEmail, Protocol: 'email' });
  const ofThisAccount = [':cloudwatch:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }];
  const alarmsOfThisStack = {
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ...ofThisAccount, ':alarm:KonaCorporateLimitGateway-*']],
  };
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: [
        Match.objectLike({ Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        Match.objectLike({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: { 'aws:SourceArn': alarmsOfThisStack },
          },
        }),
      ],
    },
  });
});
