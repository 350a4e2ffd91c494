import * as z from 'zod';
import { resourcesOf, synthesize } from './synthesis.ts';

// The alarms of a template, each with the metrics that it watches: one of its own, or several that are added up and may
// then be compared.

const ref = z.object({ Ref: z.string() }).transform(({ Ref }) => Ref);
const queueName = z
  .object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('QueueName')]) })
  .transform(({ 'Fn::GetAtt': [id] }) => id);
const dimensions = z.array(z.object({ Name: z.string(), Value: z.union([z.string(), ref, queueName]) }));
const metric = z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions });
const alarm = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  ActionsEnabled: z.literal(true).default(true),
  AlarmActions: z.array(z.object({ Ref: z.string() })).default([]),
  ComparisonOperator: z.string(),
  Threshold: z.number(),
  EvaluationPeriods: z.number(),
  TreatMissingData: z.string(),
});
const plain = z.object({ ...alarm.shape, ...metric.shape, Statistic: z.string(), Period: z.number() });
const sum = z.string().regex(/^SUM\(\[(FILL\(\w+,0\),?)+\]\)$/);
const comparison = z.string().regex(/^IF\(\w+ > 0, 0, \w+( \+ \w+)*\)$/);
const whole = z.object({
  Expression: z.union([sum, comparison]),
  Id: z.string(),
  ReturnData: z.literal(true).optional(),
});
const summed = z.object({ Expression: sum, Id: z.string(), ReturnData: z.literal(false) });
const part = z.object({
  Id: z.string(),
  MetricStat: z.object({ Metric: metric, Period: z.number(), Stat: z.string() }),
  ReturnData: z.literal(false),
});
const added = z.object({ ...alarm.shape, Metrics: z.tuple([whole], z.union([part, summed])) });

/** `of`: the values of the metric's dimensions, logical IDs where they are names of the stack's parts. */
type WatchedMetric = {
  readonly id?: string;
  readonly namespace: string;
  readonly metric: string;
  readonly of: readonly string[];
  readonly statistic: string;
  /** In seconds. */
  readonly period: number;
};

export function alarmsOf(context: Record<string, unknown>) {
  const { template } = synthesize(context);
  return resourcesOf(template)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) =>
      'Metrics' in Properties ? addedAlarm(added.parse(Properties)) : plainAlarm(plain.parse(Properties)),
    );
}

export const codeOf = ({ AlarmName }: { readonly AlarmName: string }): string =>
  AlarmName.replace('KonaCorporateLimitGateway-', '');

function plainAlarm({ Namespace, MetricName, Dimensions, Statistic, Period, ...others }: z.output<typeof plain>) {
  const watched = watchedMetric({ Namespace, MetricName, Dimensions }, { statistic: Statistic, period: Period });
  return { ...others, expressions: [], metrics: [watched] };
}

function addedAlarm({ Metrics, ...others }: z.output<typeof added>) {
  const expressions = Metrics.flatMap((one) => ('Expression' in one ? one.Expression : []));
  const metrics = Metrics.flatMap((one) => {
    if (!('MetricStat' in one)) return [];
    const { Metric, Period, Stat } = one.MetricStat;
    return { id: one.Id, ...watchedMetric(Metric, { statistic: Stat, period: Period }) };
  });
  return { ...others, expressions, metrics };
}

const watchedMetric = (
  { Namespace: namespace, MetricName, Dimensions }: z.output<typeof metric>,
  how: Pick<WatchedMetric, 'statistic' | 'period'>,
): WatchedMetric => ({ namespace, metric: MetricName, of: Dimensions.map(({ Value }) => Value), ...how });
