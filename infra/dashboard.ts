import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { GatewayFunction } from './constructs/gateway-function.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import { callers, createOwnMetrics, type OwnMetrics } from './own-metrics.ts';
import { SettledEvents } from './settled-events.ts';

const period = Duration.minutes(5);
const height = 6;
const fullWidth = 24;

/** One page for whoever was woken: is anything stuck, and why? It shows what stands in the stack when it is made. */
export function createDashboard(scope: Construct): void {
  const stack = Stack.of(scope);
  const parts = stack.node.findAll();
  const alarms = parts.filter((part) => part instanceof Alarm);
  const functions = parts.filter((part) => part instanceof GatewayFunction);
  const queues = parts.filter((part) => part instanceof WorkQueue);
  const events = parts.filter((part) => part instanceof SettledEvents);
  const metrics = createOwnMetrics(scope);
  const dashboard = new Dashboard(scope, 'Dashboard', {
    // An account has its dashboards in common for all regions.
    dashboardName: `${stack.stackName}-${stack.region}`,
    defaultInterval: Duration.hours(12),
  });
  dashboard.addWidgets(
    new TextWidget({ markdown: heading, width: fullWidth, height: 1 }),
    new AlarmStatusWidget({
      title: 'Alarms',
      alarms,
      sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
      width: fullWidth,
      height,
    }),
  );
  dashboard.addWidgets(...whetherStuck(metrics));
  dashboard.addWidgets(...callsAndCards(metrics));
  dashboard.addWidgets(...whatWaits(queues, events));
  dashboard.addWidgets(...functionsAndFiles(functions, metrics));
}

const heading =
  '**Is anything stuck, and why?** What each alarm means, and how it leads to the cards, the README tells under *Alarms*.';

function whetherStuck(metrics: OwnMetrics): IWidget[] {
  const { of, sum } = metrics;
  return [
    graph('Oldest open work', [
      of('OldestOpenWorkSeconds', 'reconcile', { ...worst, label: 'seconds since it was due' }),
    ]),
    graph('KONA PLATE is down', [of('PlatformDown', 'reconcile', { ...worst, label: '1: down, 0: up' })]),
    graph('Work put down', [
      sum('ChunksParked', callers, { period, label: 'chunks parked' }),
      sum('WorkInterrupted', callers, { period, label: 'interrupted by the ledger' }),
      sum('WorkersFencedOff', callers, { period, label: 'came too late' }),
    ]),
  ];
}

function callsAndCards({ of, sum }: OwnMetrics): IWidget[] {
  const counted = (label: string) => ({ period, label });
  return [
    graph('Calls to KONA PLATE', [
      sum('CallsAnswered', callers, counted('answered')),
      sum('CallsUnknown', callers, counted('unknown')),
      sum('CallsNotSent', callers, counted('not sent')),
    ]),
    graph(
      'How long a call took, ms',
      callers.flatMap((caller) =>
        [50, 95].map((percent) =>
          of('CallDuration', caller, {
            statistic: Stats.percentile(percent),
            period,
            label: `${caller}: p${percent}`,
          }),
        ),
      ),
    ),
    graph('Cards that became final', [
      sum('CardsNamed', callers, counted('named')),
      sum('CardsAlreadyNamed', callers, counted('already named')),
      sum('CardsNotFound', callers, counted('not found')),
      sum('CardsRejected', callers, counted('rejected')),
      sum('CardsUnresolved', callers, counted('unresolved')),
    ]),
  ];
}

const whatWaits = (queues: readonly WorkQueue[], events: readonly SettledEvents[]): IWidget[] => [
  graph(
    'Oldest message, seconds',
    queues.map(({ name, queue }) => queue.metricApproximateAgeOfOldestMessage({ ...worst, label: name })),
  ),
  graph(
    'Messages that wait',
    queues.map(({ name, queue }) => queue.metricApproximateNumberOfMessagesVisible({ ...worst, label: name })),
  ),
  graph(
    'Dead letters',
    [...queues, ...events].map(({ name, deadLetters }) =>
      deadLetters.metricApproximateNumberOfMessagesVisible({ ...worst, label: name }),
    ),
  ),
];

const functionsAndFiles = (functions: readonly GatewayFunction[], { of }: OwnMetrics): IWidget[] => [
  graph(
    'Errors by function',
    functions.map(({ name, lambda }) => lambda.metricErrors({ period, label: name })),
  ),
  graph(
    'Throttles by function',
    functions.map(({ name, lambda }) => lambda.metricThrottles({ period, label: name })),
  ),
  graph('Files', [
    of('UploadsReceived', 'ingest-upload', { period, label: 'received' }),
    of('UploadsIngested', 'ingest-upload', { period, label: 'read to their end' }),
    of('UploadsRefused', 'ingest-upload', { period, label: 'refused' }),
    of('ReportsWritten', 'write-report', { period, label: 'reports written' }),
  ]),
];

const worst = { statistic: Stats.MAXIMUM, period } as const;

const graph = (title: string, left: IMetric[]): GraphWidget =>
  new GraphWidget({ title, width: fullWidth / 3, height, left, leftYAxis: { min: 0, showUnits: false } });
