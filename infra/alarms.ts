import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { createAlarm } from './constructs/gateway-alarm.ts';
import { createCountAlarms } from './count-alarms.ts';
import { openWorkIndexName } from './ledger-table.ts';
import { createReadingAlarms } from './reading-alarms.ts';

// What no single function can tell of itself. Each function's own alarms are made with it.

export type AlarmsProps = {
  readonly api: HttpApi;
  readonly table: Table;
  readonly reconcile: IFunction;
  readonly reconcileEveryMinutes: number;
  readonly topic: ITopic | undefined;
};

export function createAlarms(scope: Construct, props: AlarmsProps): void {
  const { api, table, reconcile, reconcileEveryMinutes, topic } = props;
  createAlarm(api, 'ServerErrors', {
    name: 'api-server-errors',
    fired: 'A caller was answered 500 or above within 5 minutes.',
    impact: 'Nothing accepted is lost; that caller does not know, and has to repeat with the same key.',
    metric: api.metricServerError({ statistic: 'Sum', period: Duration.minutes(5) }),
    at: 1,
    periods: 1,
    topic,
  });
  createAlarm(scope, 'ReconcileSilent', {
    name: 'reconcile-silent',
    fired: 'The reconciler has not run in three periods.',
    impact: 'Orders answered 202 stay open, and those that KONA PLATE left in the dark are not asked for again.',
    metric: reconcile.metricInvocations({
      statistic: 'Sum',
      period: Duration.minutes(Math.max(5, reconcileEveryMinutes)),
    }),
    at: 'silence',
    periods: 3,
    topic,
  });
  createAlarm(scope, 'LedgerThrottles', {
    name: 'ledger-throttles',
    fired: 'DynamoDB throttled the ledger, for 15 minutes on end.',
    impact: 'What was throttled is tried again, and answers take longer for it.',
    metric: throttlesOf(table),
    at: 1,
    periods: 3,
    topic,
  });
  createReadingAlarms(scope, { reconcileEveryMinutes, topic });
  createCountAlarms(scope, topic);
}

// An index that cannot follow holds up the writes of its table.
function throttlesOf({ tableName }: Table): MathExpression {
  const period = Duration.minutes(5);
  const ofTable = { TableName: tableName };
  const ofIndex = { ...ofTable, GlobalSecondaryIndexName: openWorkIndexName };
  const throttles = (metricName: string, dimensionsMap: Record<string, string>) =>
    new Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap, statistic: 'Sum', period });
  return new MathExpression({
    expression: 'SUM([FILL(reads,0),FILL(writes,0),FILL(index,0)])',
    usingMetrics: {
      reads: throttles('ReadThrottleEvents', ofTable),
      writes: throttles('WriteThrottleEvents', ofTable),
      index: throttles('WriteThrottleEvents', ofIndex),
    },
    label: 'Throttles',
    period,
  });
}
