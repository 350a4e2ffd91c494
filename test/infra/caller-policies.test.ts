import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { policiesIn } from '../../infra/local/aws/iam/readme-policies.ts';
import { resourcesOf, synthesize } from './synthesis.ts';

// The policies that README.md gives to callers, held against the routes that the template has.

const { template } = synthesize({ konaBaseUrl: 'https://kona.example' });
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const [, section = ''] = readme.split('\n## Who may call\n');
const [whoMayCall = ''] = section.split('\n## ');

const policies = policiesIn(whoMayCall);

const routeSchema = z.object({ RouteKey: z.string() });
const routes = resourcesOf(template)
  .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
  .map(({ Properties }) => routeSchema.parse(Properties).RouteKey);

const api = 'arn:aws:execute-api:<region>:<account>:<apiId>';
/** What API Gateway asks IAM about when the route is called. */
const arnOf = (routeKey: string): string =>
  `${api}/$default/${routeKey.replace(' ', '').replaceAll(/\{\w+\}/g, '0a1b2c3')}`;
const patternsOf = ({ statements }: (typeof policies)[number]): string[] =>
  statements.filter(({ Action }) => Action.includes('execute-api:Invoke')).flatMap(({ Resource }) => Resource);
/** As IAM does: a star stands for any text, slashes too. */
const matches = (pattern: string, arn: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[$.]/g, '\\$&').replaceAll('*', '.*')}$`).test(arn);

it('lets one place orders, one read and one operate, each of them the routes that they need', () => {
  const allowed = routes.map((route) => {
    const whose = policies.filter((one) => patternsOf(one).some((pattern) => matches(pattern, arnOf(route))));
    return [route, whose.map(({ name }) => name)];
  });
  expect(Object.fromEntries(allowed)).toEqual({
    'POST /v1/limit-increases': ['order'],
    'GET /v1/limit-increases': ['order', 'read', 'operate'],
    'GET /v1/limit-increases/{requestId}': ['order', 'read', 'operate'],
    'GET /v1/cards/{par}': ['read', 'operate'],
    'GET /v1/calls/{correlationId}': ['read', 'operate'],
    'POST /v1/limit-increases/{requestId}/redrive': ['operate'],
    $default: [],
  });
});

it('grants no route that is not there', () => {
  const asPatterns = routes.map((route) => `${api}/*/${route.replace(' ', '').replaceAll(/\{\w+\}/g, '*')}`);
  expect(policies.flatMap(patternsOf).filter((pattern) => !asPatterns.includes(pattern))).toEqual([]);
});

it('lets only an operator do anything beside calling the API, every action spelled out', () => {
  const beside = policies.map(({ name, statements }) => [
    name,
    statements.flatMap(({ Action }) => Action).filter((action) => action !== 'execute-api:Invoke'),
  ]);
  expect(Object.fromEntries(beside)).toEqual({
    order: [],
    read: [],
    operate: [
      'lambda:InvokeFunction',
      'secretsmanager:DescribeSecret',
      'secretsmanager:PutSecretValue',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'logs:StartQuery',
      'logs:GetQueryResults',
      'logs:StopQuery',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetDashboard',
      'cloudwatch:ListDashboards',
      'cloudwatch:GetMetricData',
    ],
  });
});

it('leaves nothing to be filled in that the deployment does not tell', () => {
  const told = ['region', 'account', 'apiId', ...Object.keys(template.findOutputs('*'))];
  const asked = JSON.stringify(policies).match(/(?<=<)[^>]+(?=>)/g) ?? [];
  expect([...new Set(asked)].filter((name) => !told.includes(name))).toEqual([]);
  expect(JSON.stringify(policies)).toContain(':log-group:KonaCorporateLimitGateway-*');
});
