import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaInAccount } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/**
 * Wakes the reconciler. A tick that is missed or fails is not repeated, the next one finds the same work; one that
 * waits behind a running reconciler goes stale after a minute, the least that Lambda and EventBridge accept.
 */
export function createReconcileSchedule(scope: Construct, reconcile: LambdaInAccount, everyMinutes: number): Rule {
  reconcile.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  const rule = new Rule(scope, 'ReconcileSchedule', {
    description: 'Settles what earlier attempts left open',
    schedule: Schedule.rate(Duration.minutes(everyMinutes)),
    targets: [new LambdaFunction(reconcile, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
  });
  const reason = 'A tick carries nothing: the work stands in the ledger, and the next tick finds it.';
  Validations.of(rule).acknowledge({ id: 'Serverless::Serverless-EventBusDLQ', reason });
  Validations.of(reconcile).acknowledge({ id: 'Serverless::Serverless-LambdaAsyncFailureDestination', reason });
  return rule;
}
