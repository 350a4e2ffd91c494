import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ConfigError } from '../../shared/config/config-error.ts';
import { resourcesOf, synthesize } from './synthesis.ts';

const konaBaseUrl = 'https://kona.example';
const alarmEmail = 'on-call@corp.example';
const konaSecretArn = 'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:kona/plate-AbCdEf';
const konaSecretKeyArn = 'arn:aws:kms:ap-northeast-2:111122223333:key/0a1b2c3d';

it('asks no key for an existing secret that has none of its own, and never our own key', () => {
  const { functionNamed } = synthesize({ konaBaseUrl, konaSecretArn });
  const { statements } = functionNamed('reconcile');
  expect(statements.some(({ Action }) => Action.includes('secretsmanager:GetSecretValue'))).toBe(true);
  expect(JSON.stringify(statements)).not.toContain('"secretsmanager.",');
});

it.each([{}, { fixedEgressIp: true, alarmEmail: 'on-call@corp.example' }])(
  'keeps nothing of a trial when it is deleted, and lets it be deleted: %o',
  (options) => {
    const { template, guardedFromDeletion } = synthesize({ konaBaseUrl, trial: 'true', ...options });
    expect(guardedFromDeletion).toBe(false);
    const { Resources: resources } = template.toJSON();
    const kept = Object.entries(resources).filter(([, one]) => JSON.stringify(one).includes('"Retain'));
    expect(kept).toEqual([]);
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtectionEnabled: false },
    });
    template.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete', Properties: { PendingWindowInDays: 7 } });
  },
);

it('makes of a trial another stack, whose names are none of those that are granted to the one in earnest', () => {
  const [earnest, trial] = [{}, { trial: true }].map((given) => synthesize({ konaBaseUrl, ...given }));
  expect(earnest?.stack.stackName).toBe('KonaCorporateLimitGateway');
  expect(trial?.stack.stackName).not.toMatch(/^KonaCorporateLimitGateway(-|$)/);
  const written = JSON.stringify(trial?.template.toJSON());
  expect(written.match(/KonaCorporateLimitGateway(?!Trial)/g)).toBeNull();
  for (const kind of ['log-group', 'alarm'])
    expect(JSON.stringify(synthesize({ konaBaseUrl, trial: true, alarmEmail }).template.toJSON())).toContain(
      `:${kind}:KonaCorporateLimitGatewayTrial-*`,
    );
});

it('guards a stack in earnest from deletion, and keeps its ledger, files, key, secret, logs and address even so, and nothing else', () => {
  const { template, guardedFromDeletion } = synthesize({ konaBaseUrl, fixedEgressIp: true });
  expect(guardedFromDeletion).toBe(true);
  const kept = ['DynamoDB::Table', 'S3::Bucket', 'KMS::Key'];
  // What a first deployment that fails leaves behind of these has no worth, and no other stack could take it over.
  const keptOnceDeployed = ['SecretsManager::Secret', 'Logs::LogGroup', 'EC2::EIP'];
  for (const type of kept)
    template.allResources(`AWS::${type}`, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  for (const type of keptOnceDeployed)
    template.allResources(`AWS::${type}`, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  const retained = resourcesOf(template).filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'));
  const types = [...kept, ...keptOnceDeployed].map((type) => `AWS::${type}`);
  expect(new Set(retained.map(({ Type }) => Type))).toEqual(new Set(types));
});

it('reads a secret that exists already by its ARN, with the key that the settings name, and creates none', () => {
  const { template, functionNamed } = synthesize({ konaBaseUrl, konaSecretArn, konaSecretKeyArn });
  template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  const { env, statements } = functionNamed('reconcile');
  expect(env).toMatchObject({ KONA_SECRET_ID: konaSecretArn });
  expect(statements).toContainEqual({
    Effect: 'Allow',
    Action: ['secretsmanager:GetSecretValue'],
    Resource: konaSecretArn,
  });
  const through = { 'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com']] };
  expect(statements).toContainEqual({
    Effect: 'Allow',
    Action: ['kms:Decrypt'],
    Resource: konaSecretKeyArn,
    Condition: { StringEquals: { 'kms:CallerAccount': { Ref: 'AWS::AccountId' }, 'kms:ViaService': through } },
  });
  expect(JSON.stringify(functionNamed('query-ledger').statements)).not.toContain('secret');
});

it('never lets the POSTs together have more calls in flight than the settings allow', () => {
  const { template } = synthesize({ konaBaseUrl, konaApiConcurrency: 11, konaApiParallelChunks: 3 });
  template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 29, ReservedConcurrentExecutions: 3 });
  expect(synthesize({ konaBaseUrl, konaApiConcurrency: 11 }).functionNamed('request-limit-increase').env).toMatchObject(
    { API_PARALLEL_CHUNKS: '2' },
  );
});

it('reserves as much of the concurrency as the README says, and it says what quota that takes', () => {
  const { template } = synthesize({ konaBaseUrl });
  const reserved = resourcesOf(template).map(({ Properties }) =>
    Number(Properties['ReservedConcurrentExecutions'] ?? 0),
  );
  const sum = reserved.reduce((one, other) => one + other);
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  // Lambda refuses to leave the account less than 100 for functions that reserve nothing.
  expect(readme).toContain(`They reserve ${sum} `);
  expect(readme).toContain(`the quota has to be ${100 + sum} or more`);
});

it('never settles more chunks of files side by side than the settings allow', () => {
  const { template } = synthesize({ konaBaseUrl, konaConcurrency: 2 });
  const [chunks] = resourcesOf(template).filter(({ logicalId }) => logicalId.startsWith('ChunksQueueEventSource'));
  expect(chunks?.Properties).toMatchObject({ ScalingConfig: { MaximumConcurrency: 2 } });
});

it('gives the reconciler more time where the clock is slower, and ends it before the next tick', () => {
  const { template } = synthesize({ konaBaseUrl, reconcileEveryMinutes: 5 });
  template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(5 minutes)' });
  template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 120, ReservedConcurrentExecutions: 1 });
  expect(Object.keys(template.findResources('AWS::Events::Rule'))).toHaveLength(1);
});

it('makes no stack without the address of KONA PLATE, and says how to give it', () => {
  expect(() => synthesize({})).toThrow(ConfigError);
  expect(() => synthesize({})).toThrow('-c konaBaseUrl=https://');
});
