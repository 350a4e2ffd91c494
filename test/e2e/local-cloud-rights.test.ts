import { rm } from 'node:fs/promises';
import {
  BatchWriteItemCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { LocalCloud } from '../../infra/local/cloud.ts';
import { startLocalCloud } from '../../infra/local/local-cloud.ts';
import { signedFetch } from '../../submit/signed-fetch.ts';
import { writeTinyAssembly } from '../unit/local/tiny-stack.ts';

// The doors of the local cloud as a function meets them that may do these four things and nothing else. The test signs
// with the function's own credentials.

const table = { 'Fn::GetAtt': ['Table', 'Arn'] };
const statements = [
  { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: table },
  { Effect: 'Allow', Action: 'dynamodb:Query', Resource: { 'Fn::Join': ['', [table, '/index/openWork']] } },
  { Effect: 'Allow', Action: 'dynamodb:ConditionCheckItem', Resource: [table] },
];
const credentialsSchema = z
  .object({ AWS_ACCESS_KEY_ID: z.string(), AWS_SECRET_ACCESS_KEY: z.string(), AWS_SESSION_TOKEN: z.string() })
  .transform((environment) => ({
    accessKeyId: environment.AWS_ACCESS_KEY_ID,
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
    sessionToken: environment.AWS_SESSION_TOKEN,
  }));

let assembly: string;
let cloud: LocalCloud;
let credentials: z.infer<typeof credentialsSchema>;
let dynamodb: DynamoDBClient;
beforeAll(async () => {
  assembly = await writeTinyAssembly({
    functions: { WorkerFunction: { code: 'export const handler = async () => process.env;' } },
    routes: { 'GET /worker': 'WorkerFunction' },
    statements,
  });
  const environment = { AWS_ENDPOINT_URL_DYNAMODB: process.env['AWS_ENDPOINT_URL_DYNAMODB'] };
  cloud = await startLocalCloud({
    assembly,
    konaUrl: 'http://127.0.0.1:1',
    schedules: 'off',
    secret: '{}',
    environment,
  });
  const told = await cloud.invoke('worker');
  credentials = credentialsSchema.parse(JSON.parse(told.result === 'returned' ? told.payload : '{}'));
  dynamodb = clientOf(credentials);
});
afterAll(async () => {
  dynamodb.destroy();
  await cloud.close();
  await rm(assembly, { recursive: true });
});

const clientOf = (given: { accessKeyId: string; secretAccessKey: string }) =>
  new DynamoDBClient({ endpoint: cloud.dynamodbEndpoint, region: cloud.region, credentials: given });
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
const item = (pk: string) => ({ TableName: cloud.tableName, Item: key(pk) });
const at = (pk: string) => ({ TableName: cloud.tableName, Key: key(pk) });
const query = {
  KeyConditionExpression: '#k = :k',
  ExpressionAttributeNames: { '#k': 'openWork' },
  ExpressionAttributeValues: { ':k': { S: '00' } },
};

const denied = (action: string, resource: string) => ({
  name: 'AccessDeniedException',
  $metadata: { httpStatusCode: 400, attempts: 1 },
  message: expect.stringMatching(
    new RegExp(
      `^User: arn:aws:sts::111122223333:assumed-role/Tiny-Role-\\w+/Tiny-WorkerFunction-\\w+ is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action$`,
    ),
  ),
});
const tableArn = () => `arn:aws:dynamodb:ap-northeast-2:111122223333:table/${cloud.tableName}`;

describe('a function', () => {
  it('does what its role grants, a transaction by its parts', async () => {
    await dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: item('a') },
          { ConditionCheck: { ...at('b'), ConditionExpression: 'attribute_not_exists(pk)' } },
        ],
      }),
    );
    const { Item } = await dynamodb.send(new GetItemCommand(at('a')));
    expect(Item).toEqual(key('a'));
    const { Responses } = await dynamodb.send(new TransactGetItemsCommand({ TransactItems: [{ Get: at('a') }] }));
    expect(Responses).toEqual([{ Item: key('a') }]);
    const found = await dynamodb.send(
      new QueryCommand({ TableName: cloud.tableName, IndexName: 'openWork', ...query }),
    );
    expect(found.Count).toBe(0);
  });

  it('is denied the rest in the words of AWS, and nothing of it happens', async () => {
    const update = dynamodb.send(new UpdateItemCommand(at('c')));
    await expect(update).rejects.toMatchObject(denied('dynamodb:UpdateItem', tableArn()));
    const onTable = dynamodb.send(new QueryCommand({ TableName: cloud.tableName, ...query }));
    await expect(onTable).rejects.toMatchObject(denied('dynamodb:Query', tableArn()));
    const scan = dynamodb.send(new ScanCommand({ TableName: cloud.tableName, IndexName: 'openWork' }));
    await expect(scan).rejects.toMatchObject(denied('dynamodb:Scan', `${tableArn()}/index/openWork`));
    const elsewhere = dynamodb.send(new GetItemCommand({ TableName: 'other', Key: key('a') }));
    await expect(elsewhere).rejects.toMatchObject(denied('dynamodb:GetItem', '.*:table/other'));
    // The batch has a right of its own: to put single items is not enough.
    const batch = dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [cloud.tableName]: [{ PutRequest: { Item: key('d') } }] } }),
    );
    await expect(batch).rejects.toMatchObject(denied('dynamodb:BatchWriteItem', tableArn()));
    const transaction = dynamodb.send(
      new TransactWriteItemsCommand({ TransactItems: [{ Put: item('e') }, { Delete: at('a') }] }),
    );
    await expect(transaction).rejects.toMatchObject(denied('dynamodb:DeleteItem', tableArn()));
    const left = clientOf({ accessKeyId: 'local', secretAccessKey: 'local' });
    expect(await left.send(new ScanCommand({ TableName: cloud.tableName }))).toMatchObject({ Items: [key('a')] });
    left.destroy();
  });

  it('is told of an operation whose rights nobody here knows', async () => {
    const unknown = dynamodb.send(new DescribeTimeToLiveCommand({ TableName: cloud.tableName }));
    await expect(unknown).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });

  it('may neither read the secret nor invoke another function without a grant', async () => {
    const { region, secretId: SecretId } = cloud;
    const secrets = new SecretsManagerClient({ endpoint: cloud.secretsManagerEndpoint, region, credentials });
    const read = secrets.send(new GetSecretValueCommand({ SecretId }));
    await expect(read).rejects.toMatchObject(denied('secretsmanager:GetSecretValue', SecretId));
    secrets.destroy();
    const url = `${cloud.lambdaEndpoint}/2015-03-31/functions/worker/invocations`;
    const invoked = await signedFetch(url, { credentials, service: 'lambda', region }, { method: 'POST', body: '{}' });
    expect([invoked.status, await invoked.text()]).toEqual([
      403,
      expect.stringContaining('is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:'),
    ]);
  });

  it('leaves a record of the rights that it used, of those alone', () => {
    const rights = (grants: ReturnType<LocalCloud['granted']>) => grants.map(({ action }) => action);
    expect(rights(cloud.usedGrants())).toEqual(rights(cloud.granted()));
    expect(cloud.usedGrants()).toContainEqual({
      ...{ function: 'worker', action: 'dynamodb:Query', resource: `${tableArn()}/index/openWork` },
    });
  });
});

describe('whoever signs', () => {
  it("with a function's key and another secret is turned away at every door", async () => {
    const forger = { ...credentials, secretAccessKey: 'guessed' };
    const { region, secretId: SecretId } = cloud;
    const client = clientOf(forger);
    const get = client.send(new GetItemCommand(at('a')));
    await expect(get).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    client.destroy();
    const secrets = new SecretsManagerClient({
      ...{ endpoint: cloud.secretsManagerEndpoint, region, credentials: forger },
    });
    const read = secrets.send(new GetSecretValueCommand({ SecretId }));
    await expect(read).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    secrets.destroy();
    const url = `${cloud.lambdaEndpoint}/2015-03-31/functions/worker/invocations`;
    const signing = { credentials: forger, service: 'lambda', region };
    expect((await signedFetch(url, signing, { method: 'POST', body: '{}' })).status).toBe(403);
  });
});
