import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  queryLedgerEnvironment,
  reconcileEnvironment,
  requestLimitIncreaseEnvironment,
} from '../shared/config/environment.ts';
import type { GatewaySettings } from '../shared/config/settings.ts';
import { createAlarmTopic } from './alarm-topic.ts';
import { createAlarms } from './alarms.ts';
import { GatewayFunction } from './constructs/gateway-function.ts';
import { createCustomerKey } from './customer-key.ts';
import { createDashboard } from './dashboard.ts';
import { createEgress } from './egress.ts';
import { createFileFlow } from './file-flow.ts';
import { urlsOf } from './file-queues.ts';
import { createHttpApi } from './http-api.ts';
import { createKonaSecret } from './kona-secret.ts';
import { createLedgerTable } from './ledger-table.ts';
import { findOpenWork, readCalls, readKonaSecret, readLedger, ring, writeLedger } from './permissions.ts';
import { createReconcileSchedule } from './reconcile-schedule.ts';
import { createRedriveFunction } from './redrive-function.ts';
import { SettledEvents } from './settled-events.ts';

/**
 * POST ─▶ request-limit-increase ─▶ ledger ─▶ KONA PLATE; GET ─▶ query-ledger ─▶ ledger; POST ─▶ redrive ─▶ ledger;
 * files as `createFileFlow` tells; clock ─▶ reconcile ─▶ the ledger's open work ─▶ KONA PLATE, or the queues of files.
 */
export class GatewayStack extends Stack {
  constructor(scope: Construct, id: string, { settings }: { readonly settings: GatewaySettings }) {
    super(scope, id, {
      description: 'Kona Corporate Limit Gateway: raises the balance limit of corporate prepaid cards on KONA PLATE',
      terminationProtection: !settings.trial,
    });
    const { trial, logRetentionDays, alarmEmail: email } = settings;
    const key = createCustomerKey(this, { trial, encryptsAlarms: email !== undefined });
    const table = createLedgerTable(this, { key, trial });
    const secret = createKonaSecret(this, settings, key);

    const ledger = { table, key };
    const everywhere = { tableName: table.tableName, metricsNamespace: this.stackName, logLevel: 'INFO' } as const;
    const callingKona = { ...settings, ...everywhere, konaSecretId: secret.arn };
    const alarmTopic = email === undefined ? undefined : createAlarmTopic(this, { key, email });
    const egress = settings.fixedEgressIp ? createEgress(this, { ...settings, key, table }) : undefined;
    const common = { key, logRetentionDays, trial, alarmTopic };

    const requestLimitIncrease = new GatewayFunction(this, 'RequestLimitIncrease', {
      ...common,
      name: 'request-limit-increase',
      errorImpact:
        'That caller was told 5xx and repeats with the same key; what was accepted falls due for the reconciler.',
      throttleImpact: 'Callers are told 5xx and repeat; no order is lost, but orders are turned away.',
      egress,
      description: 'POST /v1/limit-increases: accepts an order, calls KONA PLATE, answers what became of each card',
      // It answers within 25 s by itself; API Gateway would give up at 30.
      timeoutSeconds: 29,
      // At most this many run, each with `konaApiParallelChunks` calls: together they stay within `konaApiConcurrency`.
      reservedConcurrency: Math.floor(settings.konaApiConcurrency / settings.konaApiParallelChunks),
      environment: requestLimitIncreaseEnvironment({
        ...callingKona,
        serviceName: 'request-limit-increase',
        parallelChunks: settings.konaApiParallelChunks,
      }),
      permissions: [...writeLedger(ledger), ...readKonaSecret(secret)],
    });

    const queryLedger = new GatewayFunction(this, 'QueryLedger', {
      ...common,
      name: 'query-ledger',
      errorImpact: 'Somebody who asked was told 5xx. Orders are not touched.',
      throttleImpact: 'Those who ask how an order fares are told 5xx. Orders are not touched.',
      description: 'GET /v1: tells what the ledger knows of a request, a card or a call',
      timeoutSeconds: 10,
      environment: queryLedgerEnvironment({ ...everywhere, serviceName: 'query-ledger' }),
      permissions: [...readLedger(ledger), ...readCalls(ledger)],
    });

    const files = createFileFlow(this, { ...settings, ...common, callingKona, ledger, secret, egress });

    const reconcile = new GatewayFunction(this, 'Reconcile', {
      ...common,
      name: 'reconcile',
      errorImpact: 'One run ended early. Its work falls due again, and the next run takes it up.',
      throttleImpact:
        'Runs last longer than the time between two: open cards are asked for again later than they are due.',
      egress,
      description: 'By the clock: settles what earlier attempts left open, and has files read on and reported',
      timeoutSeconds: Math.min(120, 60 * settings.reconcileEveryMinutes),
      // Two at once would share the same work out to themselves twice; the leases hold, but the calls are bounded by this.
      reservedConcurrency: 1,
      environment: reconcileEnvironment({ ...callingKona, ...urlsOf(files.queues), serviceName: 'reconcile' }),
      permissions: [
        ...writeLedger(ledger),
        ...readCalls(ledger),
        ...findOpenWork(ledger),
        ...readKonaSecret(secret),
        ...ring(files.queues.uploads, files.queues.chunks, files.queues.reports),
      ],
    });

    const redrive = createRedriveFunction(this, { ...common, callingKona, ledger, queues: files.queues });

    const { announceSettled, deadLetters } = new SettledEvents(this, 'SettledEvents', {
      ...common,
      everywhere,
      ledger,
    });

    const api = createHttpApi(this, {
      ...common,
      requestLimitIncrease: requestLimitIncrease.lambda,
      queryLedger: queryLedger.lambda,
      redrive: redrive.lambda,
    });
    createReconcileSchedule(this, reconcile.lambda, settings.reconcileEveryMinutes);
    createAlarms(this, { ...settings, api, table, reconcile: reconcile.lambda, topic: alarmTopic });
    if (settings.dashboard) createDashboard(this);
    // The names under which the local cloud tells its own, in .local/stack.json.
    const outputs = {
      tableName: table.tableName,
      secretId: secret.arn,
      requestLimitIncreaseFunction: requestLimitIncrease.lambda.functionName,
      queryLedgerFunction: queryLedger.lambda.functionName,
      reconcileFunction: reconcile.lambda.functionName,
      redriveFunction: redrive.lambda.functionName,
      announceSettledFunction: announceSettled.lambda.functionName,
      settledEventsDeadLettersArn: deadLetters.queueArn,
      ...files.outputs,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
