import { Stack } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricName } from '../shared/observability/metrics.ts';

// What the functions measure themselves: a metric of the stack's namespace for each function that writes it.

/** Those that call KONA PLATE. */
export const callers = ['request-limit-increase', 'settle-chunk', 'reconcile'] as const;
/** Those that answer over HTTP. */
export const doors = ['request-limit-increase', 'query-ledger', 'redrive'] as const;
/** Those that a queue wakes. */
export const queueWorkers = ['ingest-upload', 'settle-chunk', 'write-report'] as const;

/** The one that the table's stream wakes. */
const follower = 'announce-settled';

export type ServiceName = (typeof callers | typeof doors | typeof queueWorkers)[number] | typeof follower;

export type OwnMetrics = ReturnType<typeof createOwnMetrics>;

export function createOwnMetrics(scope: Construct) {
  const namespace = Stack.of(scope).stackName;
  const of = (metricName: MetricName, service: ServiceName, options: MetricOptions = {}): Metric =>
    new Metric({ namespace, metricName, dimensionsMap: { service }, statistic: 'Sum', ...options });

  /** One number for all of them: an alarm cannot search for the functions that write a metric, so they are named. */
  function sum(metricName: MetricName, services: readonly ServiceName[], options: MetricOptions = {}): IMetric {
    const [only, ...others] = services;
    if (only !== undefined && others.length === 0) return of(metricName, only, options);
    const usingMetrics = Object.fromEntries(
      services.map((service) => [idOf(metricName, service), of(metricName, service, options)]),
    );
    // Where one has measured nothing, the others still count.
    const filled = Object.keys(usingMetrics).map((id) => `FILL(${id},0)`);
    const { period, label = metricName } = options;
    return new MathExpression({
      expression: `SUM([${filled.join(',')}])`,
      usingMetrics,
      label,
      ...(period && { period }),
    });
  }

  return { of, sum };
}

/** Of a metric within a graph or an alarm: it begins with a small letter, and no other metric of the graph has it. */
const idOf = (metricName: MetricName, service: ServiceName): string =>
  `${metricName.charAt(0).toLowerCase()}${metricName.slice(1)}_${service.replaceAll('-', '_')}`;
