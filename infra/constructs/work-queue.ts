import { Duration, Validations } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { createAlarm } from './gateway-alarm.ts';

export type WorkQueueProps = {
  /** What the operator's page knows it by. */
  readonly name: string;
  /** Of the function that its messages wake. */
  readonly workerTimeoutSeconds: number;
  /** For so long a message may wait in a time that is busy, but not broken. */
  readonly patienceHours: number;
  /** What it costs when a message was given up, and when one waits longer than that: the alarms say it. */
  readonly deadLettersImpact: string;
  readonly waitingImpact: string;
  readonly alarmTopic?: ITopic | undefined;
};

/** Of a message that its function failed on, before it goes to the dead letters. */
const triesMax = 5;
/** The longest that SQS keeps anything: time enough to mend the cause and send the dead letters again. */
const retentionPeriod = Duration.days(14);

/**
 * A queue that wakes one function, with its dead letters and its alarms. Its messages hold keys and no cards, so SQS's own
 * encryption does. Nothing of it is kept when the stack goes: what there is to do stands in the ledger.
 */
export class WorkQueue extends Construct {
  readonly name: string;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.name = props.name;
    const kept = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod };
    // Which queue may send its failures here cannot be said: each of the two would have to exist before the other.
    this.deadLetters = new Queue(this, 'DeadLetters', kept);
    Validations.of(this.deadLetters).acknowledge({
      id: 'Serverless::Serverless-SQSRedrivePolicy',
      reason: 'Dead letters have no dead letters: an alarm tells of the first, and a person sends them again.',
    });
    this.queue = new Queue(this, 'Queue', {
      ...kept,
      // Lambda may try for a while to start a function; meanwhile nobody else may see the message.
      visibilityTimeout: Duration.seconds(6 * props.workerTimeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: triesMax },
    });
    this.alarm(props);
  }

  /** One message at a time: what one needs is no other's to wait for. At most `atOnce` of them side by side, 2 at least. */
  wakes(worker: IFunction, atOnce: number): void {
    // Not CDK's SqsEventSource: it would grant more than Lambda needs to poll.
    const source = new EventSourceMapping(this, 'EventSource', {
      target: worker,
      eventSourceArn: this.queue.queueArn,
      batchSize: 1,
      maxConcurrency: atOnce,
      reportBatchItemFailures: true,
    });
    Validations.of(source).acknowledge({
      id: 'Serverless::Serverless-LambdaEventSourceMappingDestination',
      reason:
        'Lambda knows destinations for streams only; what fails here goes to the dead letters of the queue itself.',
    });
  }

  private alarm({ name, patienceHours, deadLettersImpact, waitingImpact, alarmTopic: topic }: WorkQueueProps): void {
    const period = Duration.minutes(5);
    createAlarm(this, 'DeadLettersAlarm', {
      name: `${name}-dead-letters`,
      fired: `A message of the queue of ${name} was given up after ${triesMax} tries.`,
      impact: deadLettersImpact,
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period }),
      at: 1,
      periods: 1,
      topic,
    });
    createAlarm(this, 'WaitingAlarm', {
      name: `${name}-waiting`,
      fired: `A message of the queue of ${name} has waited for ${patienceHours} hours.`,
      impact: waitingImpact,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period }),
      at: Duration.hours(patienceHours).toSeconds(),
      periods: 1,
      topic,
    });
  }
}
