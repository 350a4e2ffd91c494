import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAssembly } from '../../../infra/local/template/assembly.ts';
import { NotUnderstoodError } from '../../../infra/local/template/resources.ts';
import { localNameOf, rateMs, readStack } from '../../../infra/local/template/stack.ts';
import { type TinyStack, writeTinyAssembly } from './tiny-stack.ts';

const identity = {
  stackName: 'AStackWithQuiteALongNameIndeed',
  account: '111122223333',
  region: 'ap-northeast-2',
  suffix: '0123456789AB',
  apiEndpoint: 'http://127.0.0.1:1',
  sqsEndpoint: 'http://127.0.0.1:2',
};
const code = 'export const handler = async () => null;';

const written: string[] = [];
afterAll(() => Promise.all(written.map((directory) => rm(directory, { recursive: true }))));

async function write(stack: TinyStack): Promise<string> {
  const directory = await writeTinyAssembly(stack);
  written.push(directory);
  return directory;
}

async function read(stack: TinyStack) {
  return readStack(await readAssembly(await write(stack)), identity);
}

describe('reading a stack from its template', () => {
  it('hands each function its bundle, environment and bounds', async () => {
    const { functions } = await read({
      functions: {
        ReconcileFunction585E26B3: {
          code,
          properties: {
            Environment: { Variables: { TABLE_NAME: { Ref: 'Table' }, API: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } },
            MemorySize: 1024,
            Timeout: 29,
            ReservedConcurrentExecutions: 5,
          },
        },
      },
      resources: {
        Asynchronous: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Properties: {
            FunctionName: { Ref: 'ReconcileFunction585E26B3' },
            Qualifier: '$LATEST',
            MaximumRetryAttempts: 0,
            MaximumEventAgeInSeconds: 60,
          },
        },
      },
    });
    expect(functions).toEqual([
      {
        localName: 'reconcile',
        name: 'AStackWithQuiteALongNameI-ReconcileFunction585E26B3-0123456789AB',
        arn: 'arn:aws:lambda:ap-northeast-2:111122223333:function:AStackWithQuiteALongNameI-ReconcileFunction585E26B3-0123456789AB',
        codeDirectory: expect.stringMatching(/asset\.ReconcileFunction585E26B3$/),
        handler: 'index.handler',
        environment: {
          TABLE_NAME: 'AStackWithQuiteALongNameIndeed-Table-0123456789AB',
          API: 'http://127.0.0.1:1',
        },
        memoryMb: 1024,
        timeoutMs: 29_000,
        reservedConcurrency: 5,
        logGroupName: 'AStackWithQuiteALongNameIndeed-Logs-0123456789AB',
        role: {
          name: 'AStackWithQuiteALongNameI-Role-0123456789AB',
          arn: 'arn:aws:iam::111122223333:role/AStackWithQuiteALongNameI-Role-0123456789AB',
          grants: [],
        },
        retryAttempts: 0,
        eventAgeMs: 60_000,
      },
    ]);
    expect(functions[0]?.name.length).toBeLessThanOrEqual(64);
  });

  it('names every resource and property that it does not understand, all at once', async () => {
    const error = await read({
      functions: { EchoFunction: { code, properties: { Layers: ['arn:layer'], Runtime: 'nodejs22.x' } } },
      resources: {
        Stream: { Type: 'AWS::Kinesis::Stream', Properties: {} },
        Password: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } },
        Lost: { Type: 'AWS::SecretsManager::Secret', Properties: { Description: { Ref: 'Nobody' } } },
      },
    }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotUnderstoodError);
    expect(error instanceof NotUnderstoodError && error.faults).toEqual([
      expect.stringMatching(/^EchoFunction \(AWS::Lambda::Function\): Runtime: /),
      expect.stringMatching(/^EchoFunction \(AWS::Lambda::Function\): .*"Layers"/),
      'Stream (AWS::Kinesis::Stream): the type is not emulated',
      expect.stringMatching(/^Password .*"GenerateSecretString"/),
      expect.stringMatching(/^Lost .*Nobody/),
    ]);
  });

  it('refuses a template with conditions rather than run it as if it had none', async () => {
    const directory = await write({ functions: {} });
    const file = join(directory, 'tiny.template.json');
    const template: object = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...template, Conditions: { Sometimes: true } }));
    await expect(readAssembly(directory)).rejects.toThrow('Conditions');
  });

  it.each([
    ['RequestLimitIncreaseFunction33010978', 'request-limit-increase'],
    ['QueryLedgerFunction8DAF44C7', 'query-ledger'],
    ['Echo', 'echo'],
  ])('calls %s %s', (logicalId, localName) => {
    expect(localNameOf(logicalId)).toBe(localName);
  });

  it('reads rates, and refuses cron expressions', () => {
    expect([rateMs('rate(1 minute)'), rateMs('rate(5 minutes)'), rateMs('rate(2 hours)')]).toEqual([
      60_000, 300_000, 7_200_000,
    ]);
    expect(() => rateMs('cron(0 12 * * ? *)')).toThrow('cron');
  });
});
