import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export type GatewayAlarmProps = {
  /** What the operator's page knows it by; on AWS the stack's name stands before it. */
  readonly name: string;
  /** What happened. */
  readonly fired: string;
  /** What it costs, for whoever is woken by it. */
  readonly impact: string;
  readonly metric: IMetric;
  /** Fires at this value and above; `silence`: when nothing at all was counted. */
  readonly at: number | 'silence';
  /** This many of the metric's periods in a row. */
  readonly periods: number;
  /** Who is told; absent: the alarm stands in the console only. */
  readonly topic?: ITopic | undefined;
};

/** An alarm that says what it means: it cannot be made without. */
export function createAlarm(scope: Construct, id: string, props: GatewayAlarmProps): Alarm {
  const { stackName } = Stack.of(scope);
  const silent = props.at === 'silence';
  const alarm = new Alarm(scope, id, {
    alarmName: `${stackName}-${props.name}`,
    alarmDescription: `${props.fired} ${props.impact}`,
    metric: props.metric,
    threshold: props.at === 'silence' ? 1 : props.at,
    comparisonOperator: silent
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: props.periods,
    // CloudWatch counts nothing where nothing happens.
    treatMissingData: silent ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
  if (props.topic !== undefined) alarm.addAlarmAction(new SnsAction(props.topic));
  return alarm;
}

/** The condition that a service acts for an alarm of this stack, not for one that a stranger points at us. */
export function alarmsOfStack(scope: Construct) {
  const { partition, region, account, stackName } = Stack.of(scope);
  return {
    StringEquals: { 'aws:SourceAccount': account },
    ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${account}:alarm:${stackName}-*` },
  };
}
