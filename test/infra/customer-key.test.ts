import { expect, it } from 'vitest';
import * as z from 'zod';
import { resourcesOf, synthesize } from './synthesis.ts';

const konaBaseUrl = 'https://kona.example';
const strings = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const statement = z.object({
  Effect: z.literal('Allow'),
  Principal: z.union([z.strictObject({ AWS: z.unknown() }), z.strictObject({ Service: z.unknown() })]),
  Action: strings,
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
const key = z.object({
  EnableKeyRotation: z.literal(true),
  KeyPolicy: z.object({ Statement: z.array(statement) }),
});

const joined = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });
const [region, account] = [{ Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }];
const accountRoot = { AWS: joined('arn:', { Ref: 'AWS::Partition' }, ':iam::', account, ':root') };

function policyOf(context: object) {
  const { template } = synthesize({ konaBaseUrl, ...context });
  const keys = resourcesOf(template).filter(({ Type }) => Type === 'AWS::KMS::Key');
  return keys.flatMap(({ Properties }) => key.parse(Properties).KeyPolicy.Statement);
}

const through = (service: string) => ({
  'kms:CallerAccount': account,
  'kms:ViaService': joined(`${service}.`, region, '.amazonaws.com'),
});
const data = ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'];
const using = [...data, 'ReEncryptFrom', 'ReEncryptTo'].map((action) => `kms:${action}`);

it('lets nobody use the key but through DynamoDB, Secrets Manager, S3 and CloudWatch Logs, for this account', () => {
  const [, ...uses] = policyOf({});
  const logs = joined('arn:', { Ref: 'AWS::Partition' }, ':logs:', region, ':', account, expect.any(String));
  expect(uses.map(({ Principal, Action, Condition }) => ({ Principal, Action, Condition }))).toEqual([
    { Principal: accountRoot, Action: using, Condition: { StringEquals: through('dynamodb') } },
    {
      Principal: accountRoot,
      Action: ['kms:CreateGrant'],
      Condition: { StringEquals: through('dynamodb'), Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
    { Principal: accountRoot, Action: using, Condition: { StringEquals: through('secretsmanager') } },
    { Principal: accountRoot, Action: using, Condition: { StringEquals: through('s3') } },
    {
      Principal: { Service: joined('logs.', region, '.amazonaws.com') },
      Action: using,
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logs } },
    },
  ]);
});

it('lets the account administer the key, so that nobody is locked out, and neither use nor lend it', () => {
  const [administration] = policyOf({});
  expect(administration?.Principal).toEqual(accountRoot);
  expect(administration?.Condition).toBeUndefined();
  expect(administration?.Action).toEqual(expect.arrayContaining(['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion']));
  const covers = (action: string) => administration?.Action.some((one) => matches(one, action));
  const powers = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:CreateGrant'];
  expect(powers.filter(covers)).toEqual([]);
  expect(covers('kms:DescribeKey')).toBe(true);
});

it('knows CloudWatch only where alarms are sent, and only for alarms of this stack', () => {
  const services = (context: object) => policyOf(context).filter(({ Principal }) => 'Service' in Principal);
  expect(services({})).toHaveLength(1);
  const [, alarms] = services({ alarmEmail: 'on-call@corp.example' });
  expect(alarms).toEqual({
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Condition: {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: {
        'aws:SourceArn': joined(
          'arn:',
          { Ref: 'AWS::Partition' },
          ':cloudwatch:',
          region,
          ':',
          account,
          expect.any(String),
        ),
      },
    },
  });
});

it.each(['log-group', 'alarm'])('lets no %s of another stack use the key', (kind) => {
  const written = JSON.stringify(policyOf({ alarmEmail: 'on-call@corp.example' }));
  expect(written).toContain(`":${kind}:KonaCorporateLimitGateway-*"`);
});

it('lets those who write encrypt, those who read decrypt, and nobody do more with the key', () => {
  const { functionNamed } = synthesize({ konaBaseUrl });
  const reads = ['kms:Decrypt', 'kms:DescribeKey'];
  const writes = [...reads, 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];
  const expected = {
    'request-limit-increase': { dynamodb: writes, secretsmanager: ['kms:Decrypt'] },
    'query-ledger': { dynamodb: reads },
    reconcile: { dynamodb: writes, secretsmanager: ['kms:Decrypt'] },
    'ingest-upload': { s3: ['kms:Decrypt', 'kms:GenerateDataKey'], dynamodb: writes },
    'settle-chunk': { dynamodb: writes, secretsmanager: ['kms:Decrypt'] },
    redrive: { dynamodb: writes },
    'announce-settled': { dynamodb: reads },
    'write-report': { s3: ['kms:Decrypt', 'kms:GenerateDataKey'], dynamodb: writes },
  };
  for (const [name, byService] of Object.entries(expected)) {
    const rights: Record<string, string[]> = {};
    for (const { Action, Condition } of functionNamed(name).statements) {
      const [service] = Object.keys(byService).filter((one) => JSON.stringify(Condition)?.includes(`"${one}."`));
      if (service !== undefined) rights[service] = [...(rights[service] ?? []), ...Action].sort();
    }
    expect([name, rights]).toEqual([name, byService]);
  }
});

it('lets a function decrypt only through the service that asks in its name', () => {
  const { functionNamed } = synthesize({ konaBaseUrl });
  const services = {
    'request-limit-increase': ['dynamodb', 'secretsmanager'],
    'query-ledger': ['dynamodb'],
    reconcile: ['dynamodb', 'secretsmanager'],
    'ingest-upload': ['s3', 'dynamodb'],
    'settle-chunk': ['dynamodb', 'secretsmanager'],
    redrive: ['dynamodb'],
    'announce-settled': ['dynamodb'],
    'write-report': ['dynamodb', 's3'],
  };
  for (const [name, itsServices] of Object.entries(services)) {
    const grants = functionNamed(name).statements.filter(({ Action }) => Action.some((one) => one.startsWith('kms:')));
    expect(grants.map(({ Condition }) => Condition)).toEqual(
      itsServices.map((service) => ({ StringEquals: through(service) })),
    );
  }
});

function matches(pattern: string, action: string): boolean {
  return pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : pattern === action;
}
