import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { readAssembly } from '../../../infra/local/template/assembly.ts';
import { NotUnderstoodError } from '../../../infra/local/template/resources.ts';
import { readStack } from '../../../infra/local/template/stack.ts';
import { writeTinyAssembly } from './tiny-stack.ts';

const written: string[] = [];
afterAll(() => Promise.all(written.map((directory) => rm(directory, { recursive: true }))));

async function grantsOf(statements: readonly unknown[], resources: Record<string, unknown> = {}) {
  const functions = { WorkerFunction: { code: 'export const handler = async () => null;' } };
  const directory = await writeTinyAssembly({ functions, statements, resources });
  written.push(directory);
  const stack = readStack(await readAssembly(directory), {
    ...{ stackName: 'Tiny', account: '111122223333', region: 'ap-northeast-2', suffix: '0123456789AB' },
    ...{ apiEndpoint: 'http://x', sqsEndpoint: 'http://y' },
  });
  return stack.functions[0]?.role.grants.map(({ action, resource }) => `${action} ${resource}`);
}

async function faultsOf(statements: readonly unknown[], resources?: Record<string, unknown>): Promise<string> {
  const error = await grantsOf(statements, resources).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NotUnderstoodError);
  return error instanceof NotUnderstoodError ? error.faults.join('\n') : '';
}

const table = 'arn:aws:dynamodb:ap-northeast-2:111122223333:table/Tiny-Table-0123456789AB';
const get = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table };
const useKey = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'arn:aws:kms:ap-northeast-2:111122223333:key/1' };
const document = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement });
const attached = (statement: unknown, Roles: unknown[] = [{ Ref: 'Role' }]) => ({
  Attached: {
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'Attached', PolicyDocument: document(statement), Roles },
  },
});

describe('what a role grants', () => {
  it('is every action on every resource, of its inline and its attached policies, every reference resolved', async () => {
    const statement = {
      Effect: 'Allow',
      Action: ['dynamodb:PutItem', 'dynamodb:Query'],
      Resource: [{ 'Fn::GetAtt': ['Table', 'Arn'] }, { 'Fn::Join': ['', [table, '/index/openWork']] }],
    };
    const xray = { Effect: 'Allow', Action: ['xray:PutTraceSegments'], Resource: '*' };
    const logs = { Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: { 'Fn::GetAtt': ['Logs', 'Arn'] } };
    expect(await grantsOf([statement, logs], attached(xray))).toEqual([
      `dynamodb:PutItem ${table}`,
      `dynamodb:PutItem ${table}/index/openWork`,
      `dynamodb:Query ${table}`,
      `dynamodb:Query ${table}/index/openWork`,
      'logs:PutLogEvents arn:aws:logs:ap-northeast-2:111122223333:log-group:Tiny-Logs-0123456789AB:*',
      'xray:PutTraceSegments *',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['Deny', { ...get, Effect: 'Deny' }, 'Statement.1.Effect'],
    ['a wildcard in the action', { ...get, Action: 'dynamodb:*' }, 'Statement.1.Action'],
    ['half a wildcard in the action', { ...get, Action: ['dynamodb:Get*'] }, 'Statement.1.Action'],
    ['every action', { ...get, Action: '*' }, 'Statement.1.Action'],
    ['NotAction', { Effect: 'Allow', NotAction: 'dynamodb:GetItem', Resource: table }, 'Statement.1'],
    ['every resource', { ...get, Resource: '*' }, 'Statement.1.Resource'],
    ['a wildcard in the resource', { ...get, Resource: `${table}/index/*` }, 'Statement.1.Resource'],
    ['a wildcard for one character in the resource', { ...get, Resource: `${table}?` }, 'Statement.1.Resource'],
    ['a resource that is no ARN', { ...get, Resource: 'Table' }, 'Statement.1.Resource'],
    ['a Condition', { ...get, Condition: { StringEquals: { 'aws:x': 'y' } } }, '"Condition"'],
    [
      'a Condition on a key that is not about the service',
      { ...useKey, Condition: { StringEquals: { 'kms:EncryptionContext:x': 'y' } } },
      'Statement.1.Condition.StringEquals',
    ],
    ['another kind of Condition', { ...useKey, Condition: { StringLike: { 'kms:ViaService': '*' } } }, '"StringLike"'],
    [
      'another action behind that of a key',
      { ...useKey, Action: ['kms:Decrypt', 'dynamodb:GetItem'] },
      'Statement.1.Action',
    ],
    [
      'another action behind that of X-Ray',
      { ...get, Action: ['xray:GetGroup', 'dynamodb:Scan'], Resource: '*' },
      'Statement.1.Action',
    ],
    [
      'log groups of any name',
      { ...get, Action: 'logs:PutLogEvents', Resource: 'arn:aws:logs:*:*:log-group:*:*' },
      'Statement.1.Resource',
    ],
    ['no object', 'Allow all', 'Statement.1'],
  ])('is not guessed where a policy has %s: the boot stops and names it', async (_, statement, where) => {
    const inline = await faultsOf([get, statement]);
    expect(inline).toMatch(/^Role \(AWS::IAM::Role\): Policies\.0\.PolicyDocument\./);
    expect(inline).toContain(where);
    expect(await faultsOf([], attached(statement))).toMatch(
      /^Attached \(AWS::IAM::Policy\): PolicyDocument\.Statement\.0/,
    );
  });

  it('is not guessed of managed policies, of boundaries, or of a role that others than Lambda may take', async () => {
    const AssumeRolePolicyDocument = document({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'ec2.amazonaws.com' },
    });
    const Another = {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument,
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/x'],
        PermissionsBoundary: 'x',
      },
    };
    const faults = await faultsOf([], { Another });
    expect(faults).toContain('Another (AWS::IAM::Role): AssumeRolePolicyDocument.Statement.0.Principal.Service');
    expect(faults).toMatch(/"ManagedPolicyArns".*"PermissionsBoundary"/);
  });

  it('is not guessed of a policy of another version', async () => {
    const PolicyDocument = { ...document(get), Version: '2008-10-17' };
    const Attached = {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: 'Attached', PolicyDocument, Roles: [{ Ref: 'Role' }] },
    };
    expect(await faultsOf([], { Attached })).toContain('PolicyDocument.Version');
  });

  it('is not what a policy grants that is attached to another role', async () => {
    const AssumeRolePolicyDocument = document({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'lambda.amazonaws.com' },
    });
    const Other = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument } };
    const scan = { ...get, Action: 'dynamodb:Scan' };
    const granted = await grantsOf([get], { Other, ...attached(scan, [{ Ref: 'Other' }]) });
    expect(granted).toEqual([`dynamodb:GetItem ${table}`]);
  });

  it('needs roles that are in the template', async () => {
    await expect(grantsOf([], attached(get, ['elsewhere']))).rejects.toThrow('Attached: the role elsewhere');
  });
});
