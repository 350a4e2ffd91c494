import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { createAlarm } from './constructs/gateway-alarm.ts';
import { createOwnMetrics } from './own-metrics.ts';

export type ReadingAlarmsProps = { readonly reconcileEveryMinutes: number; readonly topic: ITopic | undefined };

/** What the reconciler reads at each of its runs, of all open work together. */
export function createReadingAlarms(scope: Construct, { reconcileEveryMinutes, topic }: ReadingAlarmsProps): void {
  const metrics = createOwnMetrics(scope);
  const threeRuns = 3 * reconcileEveryMinutes;
  const minutesDown = Math.max(5, threeRuns);
  createAlarm(scope, 'PlatformDown', {
    name: 'platform-down',
    fired: `KONA PLATE was down at every run of the reconciler, for ${minutesDown} minutes.`,
    impact: 'Orders are accepted and stay open; one card now and then asks how it is.',
    // The least of the readings: runs do not come to the second, so that a period of one of them may hold none.
    metric: metrics.of('PlatformDown', 'reconcile', {
      statistic: Stats.MINIMUM,
      period: Duration.minutes(minutesDown),
    }),
    at: 1,
    periods: 1,
    topic,
  });
  // What falls due just after a run waits for the next. Chunks of a large file fall due only after their time in the queue.
  const minutesOverdue = Math.max(60, threeRuns);
  createAlarm(scope, 'OldestOpenWork', {
    name: 'oldest-open-work',
    fired: `Work has been due for ${minutesOverdue} minutes, and is not done.`,
    impact: 'Its cards stay open, or its report unwritten, longer than they have to; nothing is lost.',
    metric: metrics.of('OldestOpenWorkSeconds', 'reconcile', {
      statistic: Stats.MAXIMUM,
      period: Duration.minutes(Math.max(5, reconcileEveryMinutes)),
    }),
    at: minutesOverdue * 60,
    // What an outage left lying has a quarter of an hour to be taken up.
    periods: 3,
    topic,
  });
}
