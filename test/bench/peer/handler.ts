import { IdempotencyConfig } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { makeHandlerIdempotent } from '@aws-lambda-powertools/idempotency/middleware';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { z } from 'zod';
import { signed } from '../references/kona-request.ts';

// What would be written for this today from the usual parts, as their pages show them: a middleware for each concern, a
// schema for what comes in, a journal of the call, and the answer kept by its idempotency key. It has no lease, no split of
// a refused list and nobody who looks for what a crash has left behind.

const orderSchema = z.strictObject({
  corporationName: z.string().trim().min(1).max(80),
  bizLicenseNo: z.string().regex(/^\d{1,10}$/),
  registrationNumber: z.string().regex(/^\d{1,13}$/),
  affiliateId: z.string().length(15).optional(),
  parList: z
    .array(z.string().regex(/^[0-9A-Z]{27}$/))
    .min(1)
    .max(100),
});
const secretSchema = z.object({ aspId: z.string(), accessKey: z.string(), secretKey: z.string() });
const answerSchema = z.object({
  response: z.object({ code: z.string(), description: z.string() }),
  namedResultList: z.array(z.object({ par: z.string(), returnMessage: z.string().optional() })).default([]),
});
const settings = z
  .object({ TABLE_NAME: z.string(), KONA_BASE_URL: z.url(), KONA_SECRET_ID: z.string() })
  .parse(process.env);

const TableName = settings.TABLE_NAME;
const logger = new Logger();
const metrics = new Metrics();
const client = new DynamoDBClient({});
const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
const persistenceStore = new DynamoDBPersistenceLayer({
  ...{ tableName: TableName, keyAttr: 'pk', sortKeyAttr: 'sk', awsSdkV3Client: client },
});
const config = new IdempotencyConfig({ eventKeyJmesPath: 'headers."idempotency-key"', throwOnNoIdempotencyKey: true });

async function increaseLimits(event: APIGatewayProxyEventV2) {
  const order = orderSchema.safeParse(JSON.parse(event.body ?? '{}'));
  if (!order.success) return { statusCode: 400, body: JSON.stringify({ errors: order.error.issues }) };
  const { parList, ...corporation } = order.data;
  const secret = secretSchema.parse(await getSecret(settings.KONA_SECRET_ID, { transform: 'json', maxAge: 300 }));
  const body = JSON.stringify(order.data);
  const createdAt = new Date();
  const { correlationId, headers } = signed(secret, body, createdAt.getTime());
  const requestId = event.requestContext.requestId;
  const request = { pk: `REQUEST#${requestId}`, sk: 'REQUEST' };
  const call = { pk: `CALL#${correlationId}`, sk: 'CALL' };
  const at = createdAt.toISOString();
  await documents.send(
    new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: { ...request, corporation, parList, status: 'open', createdAt: at } } },
        {
          Put: {
            ...{ TableName, Item: { ...call, requestId, parList, outcome: 'sent', startedAt: at } },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ],
    }),
  );
  logger.info('Calling KONA PLATE', { requestId, correlationId, cards: parList.length });
  const answer = await callKona(headers, body);
  const status = answer.response.code === '000_000' ? 'named' : 'failed';
  await documents.send(
    new TransactWriteCommand({
      TransactItems: [
        { Update: { TableName, Key: call, ...setting({ outcome: 'answered', code: answer.response.code }) } },
        { Update: { TableName, Key: request, ...setting({ status: 'settled', result: status }) } },
      ],
    }),
  );
  const results = parList.map((par) => ({ pk: `CARD#${par}`, sk: `${at}#${requestId}`, status, correlationId }));
  await documents.send(
    new BatchWriteCommand({ RequestItems: { [TableName]: results.map((Item) => ({ PutRequest: { Item } })) } }),
  );
  metrics.addMetric('CardsNamed', MetricUnit.Count, answer.namedResultList.length);
  logger.info('Order settled', { requestId, status });
  return { statusCode: 200, body: JSON.stringify({ requestId, status: 'settled', results }) };
}

async function callKona(headers: Record<string, string>, body: string) {
  const url = `${settings.KONA_BASE_URL}/api/v1/user/namedcard/corp`;
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
  return answerSchema.parse(await response.json());
}

/** An update that sets these attributes. */
function setting(values: Readonly<Record<string, string>>) {
  const names = Object.keys(values);
  return {
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, values[name]])),
  };
}

export const handler = middy<APIGatewayProxyEventV2>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics, { captureColdStartMetric: true }))
  .use(makeHandlerIdempotent({ persistenceStore, config }))
  .handler(increaseLimits);
