import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { createAlarm } from './constructs/gateway-alarm.ts';

// What no single function can tell of itself. Each function's own alarms are made with it.

export type AlarmsProps = {
  readonly api: HttpApi;
  readonly reconcile: IFunction;
  readonly reconcileEveryMinutes: number;
  readonly topic: ITopic | undefined;
};

export function createAlarms(scope: Construct, { api, reconcile, reconcileEveryMinutes, topic }: AlarmsProps): void {
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
}
