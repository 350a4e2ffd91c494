import { CfnOutput } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { removalOnceDeployed } from './removal.ts';

// Requests a second over all callers, and how many may come at once. A POST may take seconds and few run side by side;
// the rest is room for those who ask how an order fares.
const throttle = { rateLimit: 50, burstLimit: 100 };

/** Who called which route, never path or query: a path may hold a card's PAR. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    requestTime: '$context.requestTime',
    routeKey: '$context.routeKey',
    status: '$context.status',
    responseLatencyMs: '$context.responseLatency',
    integrationLatencyMs: '$context.integrationLatency',
    integrationError: '$context.integrationErrorMessage',
    error: '$context.error.message',
    callerAccount: '$context.identity.accountId',
    caller: '$context.identity.caller',
  }),
);

export type HttpApiProps = {
  readonly requestLimitIncrease: IFunction;
  readonly queryLedger: IFunction;
  readonly redrive: IFunction;
  readonly key: IKey;
  readonly logRetentionDays: number;
  readonly trial: boolean;
};

/** Every route is IAM's to open, the one for unknown routes too: who may not call learns nothing of what exists. */
export function createHttpApi(scope: Construct, props: HttpApiProps): HttpApi {
  const query = new HttpLambdaIntegration('QueryLedger', props.queryLedger);
  const api = new HttpApi(scope, 'HttpApi', {
    apiName: 'kona-corporate-limit-gateway',
    description: 'Raises the balance limit of corporate prepaid cards on KONA PLATE',
    defaultAuthorizer: new HttpIamAuthorizer(),
    // What no route knows is answered as problem+json too.
    defaultIntegration: query,
    createDefaultStage: false,
  });
  api.addRoutes({
    path: '/v1/limit-increases',
    methods: [HttpMethod.POST],
    integration: new HttpLambdaIntegration('RequestLimitIncrease', props.requestLimitIncrease),
  });
  api.addRoutes({
    path: '/v1/limit-increases/{requestId}/redrive',
    methods: [HttpMethod.POST],
    integration: new HttpLambdaIntegration('Redrive', props.redrive),
  });
  const questions = [
    '/v1/limit-increases',
    '/v1/limit-increases/{requestId}',
    '/v1/cards/{par}',
    '/v1/calls/{correlationId}',
  ];
  for (const path of questions) api.addRoutes({ path, methods: [HttpMethod.GET], integration: query });

  const accessLog = new LogGroup(api, 'AccessLog', {
    retention: props.logRetentionDays,
    encryptionKey: props.key,
    removalPolicy: removalOnceDeployed(props.trial),
  });
  new HttpStage(api, 'DefaultStage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle,
    accessLogSettings: { destination: new LogGroupLogDestination(accessLog), format: accessLogFormat },
  });
  new CfnOutput(scope, 'apiUrl', { value: api.apiEndpoint });
  return api;
}
