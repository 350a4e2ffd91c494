import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IEventSourceDlq,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type AnnounceSettledConfig, announceSettledEnvironment } from '../shared/config/environment.ts';
import { createAlarm } from './constructs/gateway-alarm.ts';
import { GatewayFunction, type GatewayFunctionProps } from './constructs/gateway-function.ts';
import { streamOf } from './ledger-table.ts';
import { follow, type Ledger, putEvents, readLedger, ring } from './permissions.ts';

type Common = Pick<GatewayFunctionProps, 'key' | 'logRetentionDays' | 'trial' | 'alarmTopic'>;

export type SettledEventsProps = Common & {
  readonly everywhere: Omit<AnnounceSettledConfig, 'serviceName'>;
  readonly ledger: Ledger & { readonly table: Table };
};

/** So long the stream is tried again from the same change; it forgets after a day. */
const patience = Duration.hours(6);
const lateMinutes = 15;

/**
 * ledger ─▶ its stream ─▶ announce-settled ─▶ EventBridge. What is settled durably is told: nobody can settle a request and
 * vanish before he says so, and no order waits for it to be said.
 */
export class SettledEvents extends Construct {
  readonly name = 'settled-events';
  readonly announceSettled: GatewayFunction;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { everywhere, ledger, ...common }: SettledEventsProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const reason =
      'Dead letters have no dead letters: an alarm tells of the first, and a person looks which changes it names.';
    for (const id of ['Serverless::Serverless-SQSRedrivePolicy', 'AwsSolutions::AwsSolutions-SQS3'])
      Validations.of(this.deadLetters).acknowledge({ id, reason });
    this.announceSettled = new GatewayFunction(scope, 'AnnounceSettled', {
      ...common,
      name: 'announce-settled',
      errorImpact: 'Events LimitIncreaseSettled are late. Nothing else waits for them; the stream is tried again.',
      throttleImpact: 'Events LimitIncreaseSettled are late. Nothing else waits for them.',
      description: "A change of the ledger's stream: tells EventBridge that a request is settled",
      timeoutSeconds: 60,
      environment: announceSettledEnvironment({ ...everywhere, serviceName: 'announce-settled' }),
      permissions: [
        ...follow(streamOf(ledger.table)),
        ...readLedger(ledger),
        ...putEvents(`arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:event-bus/default`),
        ...ring({ queue: this.deadLetters }),
      ],
    });
    this.beWoken(ledger.table, this.announceSettled.lambda);
    this.alarm(this.announceSettled.lambda, common);
  }

  private beWoken(table: Table, target: IFunction): void {
    new EventSourceMapping(this, 'EventSource', {
      target,
      eventSourceArn: streamOf(table),
      // All of the stream's day: what was settled while the mapping was made is told too.
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: settledFilters,
      batchSize: 10,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      maxRecordAge: patience,
      onFailure: destination(this.deadLetters),
    });
  }

  private alarm(lambda: IFunction, { alarmTopic: topic }: Common): void {
    const period = Duration.minutes(5);
    createAlarm(this, 'DeadLettersAlarm', {
      name: 'settled-events-dead-letters',
      fired: `Changes were given up after ${patience.toHours()} hours of tries.`,
      impact:
        'Nobody was told that these requests are settled, and nobody will be. The ledger and the reports have them.',
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period }),
      at: 1,
      periods: 1,
      topic,
    });
    createAlarm(this, 'LateAlarm', {
      name: 'settled-events-late',
      fired: `A change has waited for ${lateMinutes} minutes to be told.`,
      impact: 'Events LimitIncreaseSettled are late. Nothing else waits for them.',
      metric: lambda.metric('IteratorAge', { statistic: Stats.MAXIMUM, period }),
      at: Duration.minutes(lateMinutes).toMilliseconds(),
      periods: 1,
      topic,
    });
  }
}

/** Filtered by Lambda, for nothing: the function wakes for requests that are settled, those of files once they are reported. */
const settledFilters = [
  { source: { S: FilterRule.isEqual('api') } },
  { upload: { M: { reportedAt: { S: FilterRule.exists() } } } },
].map((more) =>
  FilterCriteria.filter({
    dynamodb: {
      Keys: { sk: { S: FilterRule.isEqual('REQUEST') } },
      NewImage: { status: { S: FilterRule.isEqual('settled') }, ...more },
    },
  }),
);

// Not CDK's SqsDlq: it would grant more than Lambda needs to send there.
const destination = ({ queueArn }: Queue): IEventSourceDlq => ({ bind: () => ({ destination: queueArn }) });
