import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { alarmsOf, codeOf } from './alarms-of.ts';
import { synthesize } from './synthesis.ts';

// Alarms on what the functions measure themselves.

const konaBaseUrl = 'https://kona.example';
const namespace = 'KonaCorporateLimitGateway';

const ownAlarms = (context: object = {}) =>
  Object.fromEntries(
    alarmsOf({ konaBaseUrl, ...context })
      .filter(({ metrics }) => metrics.every((one) => one.namespace === namespace))
      .map((alarm) => [codeOf(alarm), alarm]),
  );

const environment = z.object({ Variables: z.record(z.string(), z.unknown()) });
const lambda = z.object({ Properties: z.object({ Environment: environment }) });

/** The functions by the name that they write on their metrics, with what they are told. */
const environments = Object.values(synthesize({ konaBaseUrl }).template.findResources('AWS::Lambda::Function'))
  .map((resource) => lambda.parse(resource).Properties.Environment.Variables)
  .map((variables) => ({ service: String(variables['POWERTOOLS_SERVICE_NAME']), variables }));
const servicesThat = (has: (variables: Record<string, unknown>) => boolean) =>
  environments.flatMap(({ service, variables }) => (has(variables) ? service : [])).sort();
const callers = servicesThat((variables) => 'KONA_BASE_URL' in variables);

it('listens to every function that may write what it counts, under the name that the function writes', () => {
  const listened = Object.entries(ownAlarms()).map(([code, { metrics }]) => [
    code,
    [...new Set(metrics.map(({ metric }) => metric))],
    metrics.flatMap(({ of }) => of).sort(),
  ]);
  const doors = ['query-ledger', 'redrive', 'request-limit-increase'];
  expect(listened.sort()).toEqual([
    [
      'calls-unanswered',
      ['CallsAnswered', 'CallsUnknown', 'CallsNotSent'],
      [...callers, ...callers, ...callers].sort(),
    ],
    ['cards-unresolved', ['CardsUnresolved'], callers.filter((service) => service !== 'request-limit-increase')],
    ['chunks-failing-alone', ['ChunksFailingAlone'], ['reconcile']],
    ['credentials-refused', ['CredentialsRefused'], callers],
    ['ledger-unavailable', ['LedgerUnavailable'], doors],
    ['message-faults', ['Faults'], ['ingest-upload', 'settle-chunk', 'write-report']],
    ['namings-contested', ['NamingsContested'], ['announce-settled', 'write-report']],
    ['oldest-open-work', ['OldestOpenWorkSeconds'], ['reconcile']],
    ['platform-breaches', ['PlatformBreaches'], callers],
    ['platform-down', ['PlatformDown'], ['reconcile']],
    ['secret-failures', ['SecretFailures'], callers],
    ['unknown-return-messages', ['UnknownReturnMessages'], callers],
    ['uploads-refused', ['UploadsRefused'], ['ingest-upload']],
    ['work-interrupted', ['WorkInterrupted'], callers],
  ]);
  const services = new Set(environments.map(({ service }) => service));
  expect(listened.flatMap(([, , of = []]) => of).filter((service) => !services.has(service))).toEqual([]);
});

it('names the metrics as the functions are told to', () => {
  const told = environments.map(({ variables }) => variables['POWERTOOLS_METRICS_NAMESPACE']);
  expect(new Set(told)).toEqual(new Set([namespace]));
});

it('fires on the first of what does not end by itself, and on interrupted work when it goes on', () => {
  const measured = ['platform-down', 'oldest-open-work', 'chunks-failing-alone', 'calls-unanswered'];
  for (const [code, alarm] of Object.entries(ownAlarms())) {
    if (measured.includes(code)) continue;
    expect(alarm).toMatchObject({
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
      EvaluationPeriods: code === 'work-interrupted' ? 3 : 1,
    });
    expect(alarm.metrics.map(({ statistic, period }) => [statistic, period])).toEqual(
      alarm.metrics.map(() => ['Sum', 300]),
    );
  }
});

it('adds up all that it listens to, a silent one as nothing', () => {
  for (const { expressions, metrics } of alarmsOf({ konaBaseUrl })) {
    const ids = [...expressions.join().matchAll(/FILL\((\w+),0\)/g)].map(([, id]) => id);
    expect(ids).toEqual(metrics.length === 1 ? [] : metrics.map(({ id }) => id));
  }
});

it.each([
  [1, 300, 3_600],
  [60, 10_800, 10_800],
])(
  'takes three runs for an outage, and work an hour old for stuck: with a clock of %i min, %i s and %i s',
  (minutes, downSeconds, overdueSeconds) => {
    const alarms = ownAlarms({ reconcileEveryMinutes: minutes });
    expect(alarms['platform-down']).toMatchObject({
      ...{ Threshold: 1, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' },
      metrics: [{ statistic: 'Minimum', period: downSeconds }],
    });
    expect(alarms['oldest-open-work']).toMatchObject({
      ...{ Threshold: overdueSeconds, EvaluationPeriods: 3, TreatMissingData: 'notBreaching' },
      metrics: [{ statistic: 'Maximum', period: Math.max(300, minutes * 60) }],
    });
  },
);

it.each([
  [1, 3_600],
  [60, 10_800],
])('fires when chunks fail alone at every run for an hour: with a clock of %i min, %i s', (minutes, period) => {
  expect(ownAlarms({ reconcileEveryMinutes: minutes })['chunks-failing-alone']).toMatchObject({
    ...{ ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 1, EvaluationPeriods: 1 },
    ...{ TreatMissingData: 'notBreaching', metrics: [{ statistic: 'Minimum', period }] },
  });
});

it('fires when calls end unanswered and none is answered for a quarter of an hour, however few they are', () => {
  const { 'calls-unanswered': alarm } = ownAlarms();
  expect(alarm).toMatchObject({
    ...{ ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 1, EvaluationPeriods: 1 },
    ...{ TreatMissingData: 'notBreaching' },
  });
  expect(alarm?.expressions[0]).toBe('IF(answered > 0, 0, unknown + notSent)');
  expect(new Set(alarm?.metrics.map(({ statistic, period }) => `${statistic} ${period}`))).toEqual(
    new Set(['Sum 900']),
  );
});

it('hears of a ledger that is throttled, by its reads, its writes and its index', () => {
  const [throttles] = alarmsOf({ konaBaseUrl }).filter((alarm) => codeOf(alarm) === 'ledger-throttles');
  const table = expect.stringMatching(/^Ledger/);
  expect(throttles).toMatchObject({ Threshold: 1, EvaluationPeriods: 3 });
  expect(throttles?.metrics).toMatchObject([
    { namespace: 'AWS/DynamoDB', metric: 'ReadThrottleEvents', of: [table] },
    { namespace: 'AWS/DynamoDB', metric: 'WriteThrottleEvents', of: [table] },
    { namespace: 'AWS/DynamoDB', metric: 'WriteThrottleEvents', of: ['openWork', table] },
  ]);
});

it('costs in the README what its metrics cost, for CloudWatch bills each metric that an alarm watches', () => {
  const alarms = alarmsOf({ konaBaseUrl });
  const watched = alarms.flatMap(({ metrics }) => metrics).length;
  const told = `each of the ${watched} metrics that ${alarms.length} alarms watch | ${(watched / 10).toFixed(2)} |`;
  expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain(told);
});
