import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import {
  loadQueryLedgerConfig,
  loadReconcileConfig,
  loadRequestLimitIncreaseConfig,
} from '../../shared/config/environment.ts';
import { type SynthesizedFunction, synthesize } from './synthesis.ts';

const konaBaseUrl = 'https://kona.example/open-api';
const { template, functionNamed } = synthesize({ konaBaseUrl }, { bundle: true });
const post = functionNamed('request-limit-increase');
const query = functionNamed('query-ledger');
const reconcile = functionNamed('reconcile');
const ofFiles = ['ingest-upload', 'settle-chunk', 'write-report'].map(functionNamed);
const ofOthers = ['redrive', 'announce-settled'].map(functionNamed);
const functions = [post, query, reconcile, ...ofOthers, ...ofFiles];

const idOf = (type: string): string => Object.keys(template.findResources(type)).join();
const ledgerArn = { 'Fn::GetAtt': [idOf('AWS::DynamoDB::Table'), 'Arn'] };
const indexArn = { 'Fn::Join': ['', [ledgerArn, '/index/openWork']] };
const secretArn = { Ref: idOf('AWS::SecretsManager::Secret') };
const keyArn = { 'Fn::GetAtt': [idOf('AWS::KMS::Key'), 'Arn'] };

/** What the function may do to one resource. */
const granted = ({ statements }: SynthesizedFunction, resource: unknown): string[] =>
  statements
    .filter(({ Resource }) => JSON.stringify(Resource) === JSON.stringify(resource))
    .flatMap(({ Action }) => Action)
    .sort();

describe('what rests', () => {
  it('keeps the ledger by its keys, on demand, encrypted with our key, restorable to any second and guarded from deletion', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
        SSESpecification: { KMSMasterKeyId: keyArn, SSEEnabled: true, SSEType: 'KMS' },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    });
    expect(idOf('AWS::DynamoDB::Table')).not.toContain(',');
  });

  it('has one index, of the open work, with nothing but keys in it', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: [
        {
          IndexName: 'openWork',
          KeySchema: [
            { AttributeName: 'openWork', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      AttributeDefinitions: Match.arrayWith([{ AttributeName: 'dueAt', AttributeType: 'S' }]),
    });
    expect(granted(reconcile, indexArn)).toEqual(['dynamodb:Query']);
  });

  it('creates the secret without any value that could be taken for a key', () => {
    const { Properties: properties } = template.findResources('AWS::SecretsManager::Secret')[secretArn.Ref] ?? {};
    expect(properties).toEqual({ Description: expect.any(String), KmsKeyId: keyArn });
  });

  it('lets no log live for ever, and encrypts each with our key', () => {
    const groups = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    expect(groups).toHaveLength(functions.length + 1);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 180, KmsKeyId: keyArn });
  });
});

describe('what a function may do', () => {
  it('gives each function a role and a log group of its own', () => {
    expect(new Set(functions.map(({ roleId }) => roleId)).size).toBe(8);
    expect(new Set(functions.map(({ logGroupId }) => logGroupId)).size).toBe(8);
    template.resourceCountIs('AWS::IAM::Role', 8);
    for (const own of functions)
      expect(granted(own, { 'Fn::GetAtt': [own.logGroupId, 'Arn'] })).toEqual([
        'logs:CreateLogStream',
        'logs:PutLogEvents',
      ]);
  });

  it('spells out every action and every resource, but for X-Ray, which has none to name, and the objects of files', () => {
    const objects = /"\/(incoming|reports)\/\*"/;
    const wild = functions
      .flatMap(({ statements }) => statements)
      .filter((one) => JSON.stringify(one).replace(objects, '').includes('*'));
    expect(wild).toEqual(
      functions.map(() => ({
        Effect: 'Allow',
        Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
        Resource: '*',
      })),
    );
    expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).not.toContain('ManagedPolicyArns');
  });

  it('lets the query function read the ledger and do nothing else', () => {
    expect(granted(query, ledgerArn)).toEqual(['dynamodb:GetItem', 'dynamodb:Query']);
    expect(granted(query, keyArn)).toEqual(['kms:Decrypt', 'kms:DescribeKey']);
    expect(query.statements).toHaveLength(4);
  });

  it.each([post, reconcile])(
    'lets a function that settles write the ledger and read the secret, never delete or scan',
    (own) => {
      // Only the reconciler takes up what a worker left that vanished, and then reads its lost calls.
      expect(granted(own, ledgerArn)).toEqual([
        'dynamodb:BatchWriteItem',
        ...(own === reconcile ? ['dynamodb:GetItem'] : []),
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ]);
      expect(granted(own, secretArn)).toEqual(['secretsmanager:GetSecretValue']);
      expect(own.statements).toHaveLength(own === reconcile ? 8 : 6);
    },
  );
});

describe('the functions', () => {
  it('runs all of them on Node.js 24 and arm64, each within its time', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
    });
    const bounds = {
      'request-limit-increase': { Timeout: 29, MemorySize: 1024 },
      'query-ledger': { Timeout: 10, MemorySize: 1024 },
      reconcile: { Timeout: 60, MemorySize: 1024 },
      redrive: { Timeout: 29, MemorySize: 1024 },
      'ingest-upload': { Timeout: 900, MemorySize: 1769 },
      'settle-chunk': { Timeout: 300, MemorySize: 1024 },
      'announce-settled': { Timeout: 60, MemorySize: 1024 },
      'write-report': { Timeout: 900, MemorySize: 2048 },
    };
    for (const [name, bound] of Object.entries(bounds))
      template.hasResourceProperties('AWS::Lambda::Function', {
        ...bound,
        Environment: { Variables: Match.objectLike({ POWERTOOLS_SERVICE_NAME: name }) },
      });
    expect(functions).toHaveLength(Object.keys(template.findResources('AWS::Lambda::Function')).length);
  });

  it('tells each function all that it asks for when it starts', () => {
    const calling = { tableName: idOf('AWS::DynamoDB::Table'), konaBaseUrl, konaSecretId: secretArn.Ref };
    expect(loadRequestLimitIncreaseConfig(post.env)).toMatchObject({
      ...calling,
      parallelChunks: 2,
      backoffMs: [60_000, 120_000, 300_000, 900_000, 3_600_000],
      giveUpAfterHours: 72,
    });
    expect(loadReconcileConfig(reconcile.env)).toMatchObject({ ...calling, reconcileConcurrency: 2 });
    expect(loadQueryLedgerConfig(query.env).tableName).toBe(calling.tableName);
  });

  it('gives the retention to the functions that accept requests, and to no other', () => {
    const given = functions.filter(({ env }) => env['RETENTION_DAYS'] === '1827');
    expect(given).toEqual([post, functionNamed('ingest-upload')]);
    expect(functions.filter(({ env }) => 'RETENTION_DAYS' in env)).toEqual(given);
  });

  it.each(functions)(
    'bundles a handler that loads by itself, as an ES module, in the environment of the template',
    async (own) => {
      const load = 'console.log(typeof (await import(process.argv[1])).handler)';
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', load, own.bundle], {
        env: { ...own.env, AWS_REGION: 'ap-northeast-2' },
      });
      expect(stdout).toBe('function\n');
    },
  );

  it('wakes the reconciler every minute, one at a time, and repeats no tick', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [reconcile.logicalId, 'Arn'] },
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        },
      ],
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: reconcile.logicalId },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
    const { Properties: properties } = template.findResources('AWS::Lambda::Function')[reconcile.logicalId] ?? {};
    expect(properties).toMatchObject({ ReservedConcurrentExecutions: 1 });
  });
});
