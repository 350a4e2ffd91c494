import { expect, it } from 'vitest';
import * as z from 'zod';
import { resourcesOf, synthesize } from './synthesis.ts';

// Who may invoke a function stands in the function's own policy, not in the caller's: without it API Gateway answers 500
// and the clock strikes unheard. The local cloud asks nobody, so it is held here.

const { template, functionNamed } = synthesize({ konaBaseUrl: 'https://kona.example' });

const permission = z.strictObject({
  Action: z.literal('lambda:InvokeFunction'),
  FunctionName: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  Principal: z.enum(['apigateway.amazonaws.com', 'events.amazonaws.com']),
  SourceArn: z.unknown(),
});
const permissions = resourcesOf(template)
  .filter(({ Type }) => Type === 'AWS::Lambda::Permission')
  .map(({ Properties }) => permission.parse(Properties))
  .map(({ FunctionName, ...others }) => ({ ...others, invoked: FunctionName['Fn::GetAtt'][0] }));

const idOf = (type: string): string => Object.keys(template.findResources(type)).join();
const ofApi = (pattern: string) => ({
  'Fn::Join': [
    '',
    [
      ...['arn:', { Ref: 'AWS::Partition' }, ':execute-api:', { Ref: 'AWS::Region' }, ':'],
      ...[{ Ref: 'AWS::AccountId' }, ':', { Ref: idOf('AWS::ApiGatewayV2::Api') }, pattern],
    ],
  ],
});
const invokers = (name: string) =>
  permissions
    .filter(({ invoked }) => invoked === functionNamed(name).logicalId)
    .map(({ Principal, SourceArn }) => ({ Principal, SourceArn }));
const apiGateway = (pattern: string) => ({ Principal: 'apigateway.amazonaws.com', SourceArn: ofApi(pattern) });

it('lets our API invoke what stands behind each route, and nobody else', () => {
  expect(invokers('request-limit-increase')).toEqual([apiGateway('/*/*/v1/limit-increases')]);
  expect(invokers('redrive')).toEqual([apiGateway('/*/*/v1/limit-increases/{requestId}/redrive')]);
  expect(invokers('query-ledger')).toEqual([
    apiGateway('/*/*'),
    apiGateway('/*/*/v1/limit-increases'),
    apiGateway('/*/*/v1/limit-increases/{requestId}'),
    apiGateway('/*/*/v1/cards/{par}'),
    apiGateway('/*/*/v1/calls/{correlationId}'),
  ]);
});

it('lets our clock, and nobody else, wake the reconciler', () => {
  const rule = { 'Fn::GetAtt': [idOf('AWS::Events::Rule'), 'Arn'] };
  expect(invokers('reconcile')).toEqual([{ Principal: 'events.amazonaws.com', SourceArn: rule }]);
});

it('lets nobody but Lambda take a role of a function', () => {
  const document = z.object({
    AssumeRolePolicyDocument: z.object({ Statement: z.array(z.looseObject({ Principal: z.unknown() })) }),
  });
  const trusted = resourcesOf(template)
    .filter(({ Type }) => Type === 'AWS::IAM::Role')
    .flatMap(({ Properties }) => document.parse(Properties).AssumeRolePolicyDocument.Statement);
  expect(trusted).toEqual(
    trusted.map(() => ({ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } })),
  );
  expect(trusted).toHaveLength(8);
});
