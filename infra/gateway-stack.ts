import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  queryLedgerEnvironment,
  reconcileEnvironment,
  requestLimitIncreaseEnvironment,
} from '../shared/config/environment.ts';
import type { GatewaySettings } from '../shared/config/settings.ts';
import { GatewayFunction } from './constructs/gateway-function.ts';
import { createCustomerKey } from './customer-key.ts';
import { createHttpApi } from './http-api.ts';
import { createKonaSecret } from './kona-secret.ts';
import { createLedgerTable } from './ledger-table.ts';
import { findOpenWork, readCalls, readKonaSecret, readLedger, writeLedger } from './permissions.ts';
import { createReconcileSchedule } from './reconcile-schedule.ts';

const metricsNamespace = 'KonaCorporateLimitGateway';

/**
 * POST ─▶ request-limit-increase ─▶ ledger ─▶ KONA PLATE; GET ─▶ query-ledger ─▶ ledger;
 * clock ─▶ reconcile ─▶ the ledger's open work ─▶ KONA PLATE.
 */
export class GatewayStack extends Stack {
  constructor(scope: Construct, id: string, { settings }: { readonly settings: GatewaySettings }) {
    super(scope, id, {
      description: 'Kona Corporate Limit Gateway: raises the balance limit of corporate prepaid cards on KONA PLATE',
      terminationProtection: !settings.trial,
    });
    const { trial, logRetentionDays } = settings;
    const key = createCustomerKey(this, { trial });
    const table = createLedgerTable(this, { key, trial });
    const secret = createKonaSecret(this, settings, key);

    const ledger = { table, key };
    const everywhere = { tableName: table.tableName, metricsNamespace, logLevel: 'INFO' } as const;
    const callingKona = { ...settings, ...everywhere, konaSecretId: secret.arn };
    const common = { key, logRetentionDays, trial };

    const requestLimitIncrease = new GatewayFunction(this, 'RequestLimitIncrease', {
      ...common,
      name: 'request-limit-increase',
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
      description: 'GET /v1: tells what the ledger knows of a request, a card or a call',
      timeoutSeconds: 10,
      environment: queryLedgerEnvironment({ ...everywhere, serviceName: 'query-ledger' }),
      permissions: [...readLedger(ledger), ...readCalls(ledger)],
    });

    const reconcile = new GatewayFunction(this, 'Reconcile', {
      ...common,
      name: 'reconcile',
      description: 'By the clock: settles what earlier attempts left open',
      timeoutSeconds: Math.min(120, 60 * settings.reconcileEveryMinutes),
      // Two at once would share the same work out to themselves twice; the leases hold, but the calls are bounded by this.
      reservedConcurrency: 1,
      environment: reconcileEnvironment({ ...callingKona, serviceName: 'reconcile' }),
      permissions: [...writeLedger(ledger), ...readCalls(ledger), ...findOpenWork(ledger), ...readKonaSecret(secret)],
    });

    createHttpApi(this, {
      ...common,
      requestLimitIncrease: requestLimitIncrease.lambda,
      queryLedger: queryLedger.lambda,
    });
    createReconcileSchedule(this, reconcile.lambda, settings.reconcileEveryMinutes);

    new CfnOutput(this, 'tableName', { value: table.tableName });
    new CfnOutput(this, 'secretId', { value: secret.arn });
    new CfnOutput(this, 'requestLimitIncreaseFunction', { value: requestLimitIncrease.lambda.functionName });
    new CfnOutput(this, 'queryLedgerFunction', { value: queryLedger.lambda.functionName });
    new CfnOutput(this, 'reconcileFunction', { value: reconcile.lambda.functionName });
  }
}
