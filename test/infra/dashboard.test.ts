import { expect, it } from 'vitest';
import * as z from 'zod';
import { alarmsOf } from './alarms-of.ts';
import { resourcesOf, synthesize } from './synthesis.ts';

const konaBaseUrl = 'https://kona.example';

const token = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).transform(({ 'Fn::GetAtt': [id] }) => id),
]);
const text = z.union([z.string(), token]);
const joined = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(text)]) });
const written = joined.transform(({ 'Fn::Join': [, parts] }) => parts.join(''));
const properties = z.object({ DashboardName: written, DashboardBody: written });
const widget = z.object({
  type: z.string(),
  properties: z.object({
    title: z.string().optional(),
    metrics: z.array(z.array(z.unknown())).default([]),
    alarms: z.array(z.string()).default([]),
  }),
});
const bodySchema = z.object({ widgets: z.array(widget) });

const { template } = synthesize({ konaBaseUrl });
const dashboardsIn = (from: typeof template) =>
  resourcesOf(from).filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard');
const [dashboard] = dashboardsIn(template).map(({ Properties }) => properties.parse(Properties));
const { widgets } = bodySchema.parse(JSON.parse(dashboard?.DashboardBody ?? ''));

/** The metrics of a graph, each as one text; the dots of CloudWatch's short form are written out. */
function shown(title: string): string[] {
  const found = widgets.find((one) => one.properties.title === title);
  let last: unknown[] = [];
  return (found?.properties.metrics ?? []).flatMap((line) => {
    const names = line.filter((part) => typeof part === 'string');
    if (names.length === 0) return [];
    last = names.map((name, index) => (name === '.' ? last[index] : name));
    return last.join(' ');
  });
}

const idsOf = (type: string) => Object.keys(template.findResources(type));

it('is there unless it is not wanted, in every region under a name of its own', () => {
  expect(dashboard?.DashboardName).toBe('KonaCorporateLimitGateway-AWS::Region');
  expect(dashboardsIn(synthesize({ konaBaseUrl, dashboard: 'false' }).template)).toEqual([]);
});

it('shows the state of every alarm', () => {
  const [states] = widgets.filter(({ type }) => type === 'alarm');
  expect(states?.properties.alarms).toHaveLength(alarmsOf({ konaBaseUrl }).length);
  expect(new Set(states?.properties.alarms)).toEqual(new Set(idsOf('AWS::CloudWatch::Alarm')));
});

it('shows errors and throttles of every function, and of every queue its age, its depth and its dead letters', () => {
  const functions = idsOf('AWS::Lambda::Function');
  for (const [title, metric] of [
    ['Errors by function', 'Errors'],
    ['Throttles by function', 'Throttles'],
  ] as const)
    expect(shown(title).sort()).toEqual(functions.map((id) => `AWS/Lambda ${metric} FunctionName ${id}`).sort());
  const queues = idsOf('AWS::SQS::Queue');
  const isDead = (id: string) => id.includes('DeadLetters');
  const ofQueues = (metric: string, ids: readonly string[]) =>
    ids.map((id) => `AWS/SQS ${metric} QueueName ${id}`).sort();
  const alive = queues.filter((id) => !isDead(id));
  expect(shown('Oldest message, seconds').sort()).toEqual(ofQueues('ApproximateAgeOfOldestMessage', alive));
  expect(shown('Messages that wait').sort()).toEqual(ofQueues('ApproximateNumberOfMessagesVisible', alive));
  expect(shown('Dead letters').sort()).toEqual(ofQueues('ApproximateNumberOfMessagesVisible', queues.filter(isDead)));
});

it('shows what the functions measure: whether work is stuck, what KONA PLATE said, what became of cards and files', () => {
  const own = (metric: string, service: string) => `KonaCorporateLimitGateway ${metric} service ${service}`;
  const callers = ['request-limit-increase', 'settle-chunk', 'reconcile'];
  const ofCallers = (...metrics: string[]) =>
    metrics.flatMap((metric) => callers.map((service) => own(metric, service))).sort();
  expect(shown('Oldest open work')).toEqual([own('OldestOpenWorkSeconds', 'reconcile')]);
  expect(shown('KONA PLATE is down')).toEqual([own('PlatformDown', 'reconcile')]);
  expect(shown('Work put down').sort()).toEqual(ofCallers('ChunksParked', 'WorkInterrupted', 'WorkersFencedOff'));
  expect(shown('Calls to KONA PLATE').sort()).toEqual(ofCallers('CallsAnswered', 'CallsUnknown', 'CallsNotSent'));
  expect(shown('How long a call took, ms').sort()).toEqual(ofCallers('CallDuration', 'CallDuration'));
  expect(shown('Cards that became final').sort()).toEqual(
    ofCallers('CardsNamed', 'CardsAlreadyNamed', 'CardsNotFound', 'CardsRejected', 'CardsUnresolved'),
  );
  const files = ['UploadsReceived', 'UploadsIngested', 'UploadsRefused'].map((metric) => own(metric, 'ingest-upload'));
  expect(shown('Files').sort()).toEqual([...files, own('ReportsWritten', 'write-report')].sort());
});
