import { request } from 'node:http';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Secret, signed } from './kona-request.ts';

// The least that anybody could do who writes an order and its call down before the call is sent, its outcome in one
// transaction, and then a result for each card. It checks nothing, believes every answer, and looks for nothing that a
// crash has left behind.

const TableName = process.env['TABLE_NAME'] ?? '';
const konaUrl = `${process.env['KONA_BASE_URL']}/api/v1/user/namedcard/corp`;
const dynamodb = new DynamoDBClient({});
const secrets = new SecretsManagerClient({});
let secret: Secret | undefined;

type Order = { readonly parList: readonly string[] };
type Attributes = Record<string, AttributeValue>;

export async function handler(event: APIGatewayProxyEventV2) {
  const body = event.body ?? '';
  const { parList, ...corporation }: Order = JSON.parse(body);
  const now = Date.now();
  secret ??= await readSecret();
  const { correlationId, headers } = signed(secret, body, now);
  const requestId = event.headers['idempotency-key'] ?? '';
  const at = { N: String(now) };
  const chunk = { pk: { S: `REQUEST#${requestId}#1` }, sk: { S: 'CHUNK' } };
  const call = { pk: { S: `CALL#${correlationId}` }, sk: { S: 'CALL' } };
  const open = { openWork: { S: 'OPEN#0' }, dueAt: { S: new Date(now).toISOString() } };
  await transact([
    {
      Put: {
        ...table({ pk: { S: `REQUEST#${requestId}` }, sk: { S: 'REQUEST' }, body: { S: body }, at, ...open }),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    { Put: table({ ...chunk, sk: { S: 'CARDS' }, corporation: text(corporation), pars: text(parList) }) },
    { Put: table({ ...chunk, stage: { S: 'calling' }, at, ...open }) },
    { Put: { ...table({ ...call, chunk: chunk.pk, at }), ConditionExpression: 'attribute_not_exists(pk)' } },
  ]);
  const answer = await send(headers, body);
  await transact([
    { Put: table({ ...call, chunk: chunk.pk, at, outcome: { S: answer } }) },
    { Put: table({ ...chunk, stage: { S: 'settled' }, outcome: { S: answer }, at, ...open }) },
    { Put: table({ pk: { S: `REQUEST#${requestId}` }, sk: { S: 'TALLY#00' }, named: { N: String(parList.length) } }) },
  ]);
  const results = parList.map((par) => ({
    pk: { S: `CARD#${par}` },
    sk: { S: requestId },
    at,
    status: { S: 'named' },
  }));
  await dynamodb.send(
    new BatchWriteItemCommand({ RequestItems: { [TableName]: results.map((Item) => ({ PutRequest: { Item } })) } }),
  );
  return { statusCode: 200, body: JSON.stringify({ requestId, status: 'settled', parList }) };
}

/** For `tuned-bare.ts`. Its secret is there then, and a connection to the table. */
export async function warmUp(): Promise<void> {
  const Key = { pk: { S: 'PLATFORM' }, sk: { S: 'PLATFORM' } };
  [secret] = await Promise.all([readSecret(), dynamodb.send(new GetItemCommand({ TableName, Key }))]);
}

const table = (Item: Attributes) => ({ TableName, Item });
const text = (value: unknown) => ({ S: JSON.stringify(value) });

const transact = (TransactItems: TransactWriteItemsCommand['input']['TransactItems']) =>
  dynamodb.send(new TransactWriteItemsCommand({ TransactItems }));

async function readSecret(): Promise<Secret> {
  const SecretId = process.env['KONA_SECRET_ID'];
  const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  return JSON.parse(SecretString);
}

function send(headers: Record<string, string>, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = request(konaUrl, { method: 'POST', headers }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        answer += part;
      });
      response.on('end', () => resolve(answer));
      response.on('error', reject);
    });
    sending.on('error', reject).end(body);
  });
}
