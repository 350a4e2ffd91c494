import { expect, it } from 'vitest';
import * as z from 'zod';
import { synthesize } from './synthesis.ts';

const { template, functionNamed } = synthesize({ konaBaseUrl: 'https://kona.example' });

const target = z.object({
  'Fn::Join': z.tuple([z.literal(''), z.tuple([z.literal('integrations/'), z.object({ Ref: z.string() })])]),
});
const route = z.object({ RouteKey: z.string(), AuthorizationType: z.string(), Target: target });
const integration = z.object({
  IntegrationUri: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  PayloadFormatVersion: z.string(),
});
const resource = z.object({ Properties: z.unknown() });

const propertiesOf = (type: string): [string, unknown][] =>
  Object.entries(template.findResources(type)).map(([id, found]) => [id, resource.parse(found).Properties]);
const routes = propertiesOf('AWS::ApiGatewayV2::Route').map(([, properties]) => route.parse(properties));
const integrations = new Map(
  propertiesOf('AWS::ApiGatewayV2::Integration').map(([id, properties]) => [id, integration.parse(properties)]),
);

it('leads each route, and whatever no route knows, to its function', () => {
  const post = functionNamed('request-limit-increase').logicalId;
  const query = functionNamed('query-ledger').logicalId;
  const led = routes.map(
    ({
      RouteKey,
      Target: {
        'Fn::Join': [, [, { Ref }]],
      },
    }) => [RouteKey, integrations.get(Ref)?.IntegrationUri['Fn::GetAtt'][0]],
  );
  expect(Object.fromEntries(led)).toEqual({
    'POST /v1/limit-increases': post,
    'GET /v1/limit-increases': query,
    'GET /v1/limit-increases/{requestId}': query,
    'GET /v1/cards/{par}': query,
    'GET /v1/calls/{correlationId}': query,
    'POST /v1/limit-increases/{requestId}/redrive': functionNamed('redrive').logicalId,
    $default: query,
  });
});

it('lets IAM open every route, and hands events over in format 2.0', () => {
  expect(routes.map(({ AuthorizationType }) => AuthorizationType)).toEqual(routes.map(() => 'AWS_IAM'));
  expect([...integrations.values()].map(({ PayloadFormatVersion }) => PayloadFormatVersion)).toEqual([
    '2.0',
    '2.0',
    '2.0',
  ]);
});

it('logs who called which route, and never the path or the query, where a PAR may stand', () => {
  const stage = z.object({
    StageName: z.literal('$default'),
    AutoDeploy: z.literal(true),
    AccessLogSettings: z.object({ Format: z.string(), DestinationArn: z.unknown() }),
  });
  const [only] = propertiesOf('AWS::ApiGatewayV2::Stage').map(([, properties]) => stage.parse(properties));
  const format = z.record(z.string(), z.string()).parse(JSON.parse(only?.AccessLogSettings.Format ?? ''));
  const [log] = Object.keys(template.findResources('AWS::Logs::LogGroup')).filter((id) => /^HttpApiAccessLog/.test(id));
  expect(JSON.stringify(only?.AccessLogSettings.DestinationArn)).toContain(`"${log}"`);
  expect(Object.values(format).sort()).toEqual([
    '$context.error.message',
    '$context.identity.accountId',
    '$context.identity.caller',
    '$context.integrationErrorMessage',
    '$context.integrationLatency',
    '$context.requestId',
    '$context.requestTime',
    '$context.responseLatency',
    '$context.routeKey',
    '$context.status',
  ]);
});

it('bounds how many requests come in, over all callers', () => {
  const throttled = z.object({
    DefaultRouteSettings: z.object({ ThrottlingRateLimit: z.literal(50), ThrottlingBurstLimit: z.literal(100) }),
  });
  expect(propertiesOf('AWS::ApiGatewayV2::Stage').map(([, stage]) => throttled.safeParse(stage).success)).toEqual([
    true,
  ]);
});

it('is reached at the address that the stack tells, without a slash at its end', () => {
  template.hasOutput('apiUrl', {
    Value: { 'Fn::GetAtt': [propertiesOf('AWS::ApiGatewayV2::Api')[0]?.[0], 'ApiEndpoint'] },
  });
  expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
    'announceSettledFunction',
    'apiUrl',
    'chunksDeadLettersArn',
    'chunksQueueUrl',
    'ingestUploadFunction',
    'queryLedgerFunction',
    'reconcileFunction',
    'redriveFunction',
    'reportsDeadLettersArn',
    'reportsQueueUrl',
    'requestLimitIncreaseFunction',
    'secretId',
    'settleChunkFunction',
    'settledEventsDeadLettersArn',
    'tableName',
    'uploadsBucket',
    'uploadsDeadLettersArn',
    'uploadsQueueUrl',
    'writeReportFunction',
  ]);
});
