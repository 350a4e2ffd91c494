import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { createAlarm } from './constructs/gateway-alarm.ts';
import { callers, createOwnMetrics, type OwnMetrics } from './own-metrics.ts';

export type ReadingAlarmsProps = { readonly reconcileEveryMinutes: number; readonly topic: ITopic | undefined };

/** What the reconciler reads at each of its runs, of all open work together. */
export function createReadingAlarms(scope: Construct, { reconcileEveryMinutes, topic }: ReadingAlarmsProps): void {
  const metrics = createOwnMetrics(scope);
  const threeRuns = 3 * reconcileEveryMinutes;
  const minutesDown = Math.max(5, threeRuns);
  createAlarm(scope, 'PlatformDown', {
    name: 'platform-down',
    fired: `KONA PLATE was down at every run of the reconciler, for ${minutesDown} minutes.`,
    impact: 'Orders are accepted and stay open; one call at a time tries whether KONA PLATE answers again.',
    // The least of the readings: runs do not come to the second, so that a period of one of them may hold none.
    metric: metrics.of('PlatformDown', 'reconcile', {
      statistic: Stats.MINIMUM,
      period: Duration.minutes(minutesDown),
    }),
    at: 1,
    periods: 1,
    topic,
  });
  const minutesOpen = Math.max(60, threeRuns);
  createAlarm(scope, 'OldestOpenWork', {
    name: 'oldest-open-work',
    fired: `Work has been open for ${minutesOpen} minutes since it was accepted, or since its last card became final.`,
    impact: 'Its cards stay open, or its report unwritten, longer than they have to; nothing is lost.',
    metric: metrics.of('OldestOpenWorkSeconds', 'reconcile', {
      statistic: Stats.MAXIMUM,
      period: Duration.minutes(Math.max(5, reconcileEveryMinutes)),
    }),
    at: minutesOpen * 60,
    // What an outage left lying has a quarter of an hour to be taken up.
    periods: 3,
    topic,
  });
  createAlarm(scope, 'ChunksFailingAlone', {
    name: 'chunks-failing-alone',
    fired: 'For an hour, calls for the same cards or corporation have failed while other calls were answered.',
    impact: 'These cards stay open, and are given up after giveUpAfterHours; no other work waits for them.',
    // The least of the readings: what is settled within the hour needs nobody.
    metric: metrics.of('ChunksFailingAlone', 'reconcile', {
      statistic: Stats.MINIMUM,
      period: Duration.minutes(minutesOpen),
    }),
    at: 1,
    periods: 1,
    topic,
  });
  createAlarm(scope, 'CallsUnanswered', {
    name: 'calls-unanswered',
    fired: 'Calls to KONA PLATE ended without an answer, and none was answered, for 15 minutes.',
    impact: 'Orders are accepted and stay open, however few they are.',
    metric: unansweredCalls(metrics),
    at: 1,
    periods: 1,
    topic,
  });
}

/** How many calls ended unanswered, if none was answered; else 0. */
function unansweredCalls({ sum }: OwnMetrics): MathExpression {
  const period = Duration.minutes(15);
  return new MathExpression({
    expression: 'IF(answered > 0, 0, unknown + notSent)',
    usingMetrics: {
      answered: sum('CallsAnswered', callers, { period }),
      unknown: sum('CallsUnknown', callers, { period }),
      notSent: sum('CallsNotSent', callers, { period }),
    },
    label: 'Calls that ended unanswered, with none answered',
    period,
  });
}
