import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { principals, unsignedPrincipal } from '../../infra/local/http-api/principals.ts';
import { signedFetch } from '../../submit/signed-fetch.ts';
import { createS3Client } from '../../submit/stack.ts';
import { aCorporation, pars } from '../support/builders.ts';
import { type Gateway, openGateway, shown } from './gateway.ts';

// Callers who sign, with the signer of the AWS SDK as it is.

let gateway: Gateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

const send = (credentials: Credentials, path: string, body?: string, service = 'execute-api') =>
  signedFetch(
    `${gateway.cloud.apiUrl}${path}`,
    { credentials, service, region: gateway.cloud.region },
    {
      ...(body !== undefined && { method: 'POST', body }),
      headers: { 'content-type': 'application/json', 'idempotency-key': 'the-same-key' },
    },
  );
const order = (from: number) => JSON.stringify({ ...aCorporation(), parList: pars(1, from) });

describe('two callers with the same idempotency key', () => {
  // failures: F122
  it('each order what they ordered, get their own request, and see how it fares', async () => {
    const requestIds: string[] = [];
    for (const [index, credentials] of [principals.caller, principals.otherCaller].entries()) {
      const first = await send(credentials, '/v1/limit-increases', order(index + 1));
      const { requestId, results } = shown(await first.json());
      expect([first.status, results]).toMatchObject([200, [{ par: pars(1, index + 1)[0], status: 'named' }]]);
      requestIds.push(requestId);
      const again = await send(credentials, '/v1/limit-increases', order(index + 1));
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(shown(await again.json()).requestId).toBe(requestId);
      const fares = await send(credentials, `/v1/limit-increases/${requestId}?limit=1&status=named`);
      expect(fares.status).toBe(200);
    }
    const unsigned = await gateway.post(order(3), { 'idempotency-key': 'the-same-key' });
    expect(new Set([...requestIds, shown(unsigned.body).requestId]).size).toBe(3);
    expect(gateway.simulator.requests()).toHaveLength(3);
  });

  it('stand in the access log by the role and the session that signed', () => {
    const logged = gateway.cloud.accessLog().join('\n');
    for (const { accountId, userId } of [principals.caller, principals.otherCaller])
      expect(logged).toContain(`"callerAccount":"${accountId}","caller":"${userId}"`);
  });

  it('are refused 422 for another order under their own key', async () => {
    const other = await send(principals.caller, '/v1/limit-increases', order(2));
    expect(other.status).toBe(422);
  });
});

describe('what a caller may do', () => {
  const forbidden = [403, { message: 'Forbidden' }];

  // failures: F131
  it('is what the policies of the role say, by the path that is called', async () => {
    const ordered = shown(await (await send(principals.caller, '/v1/limit-increases', order(1))).json());
    const [result] = ordered.results;
    for (const path of [`/v1/cards/${result?.par}`, `/v1/calls/${result?.correlationId}`]) {
      expect([path, (await send(principals.caller, path)).status]).toEqual([path, 200]);
      const refused = await send(principals.otherCaller, path);
      expect([refused.status, await refused.json()]).toEqual(forbidden);
    }
    const unknown = await send(principals.caller, '/v1/orders');
    expect([unknown.status, await unknown.json()]).toEqual(forbidden);
  });

  it('holds at the doors of AWS services too, for an SDK as it is', async () => {
    const { cloud, uploadsBucket: Bucket } = gateway;
    const { dynamodbEndpoint, region } = cloud;
    const dynamodb = new DynamoDBClient({ endpoint: dynamodbEndpoint, region, credentials: principals.caller });
    const scan = dynamodb.send(new ScanCommand({ TableName: cloud.tableName }));
    await expect(scan).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('assumed-role/caller/session-1 is not authorized to perform: dynamodb:Scan'),
    });
    dynamodb.destroy();
    const put = async (credentials: Credentials, Key: string) => {
      const s3 = createS3Client({ ...cloud, uploadsBucket: Bucket, credentials });
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' })).finally(() => s3.destroy());
    };
    await put(principals.caller, 'incoming/by-caller.txt');
    await expect(put(principals.caller, 'reports/by-caller.txt')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(put(principals.otherCaller, 'incoming/x.txt')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  // failures: F131
  it('is nothing under a signature that is not theirs, at any door', async () => {
    const { cloud, uploadsBucket: Bucket } = gateway;
    const credentials = { accessKeyId: principals.caller.accessKeyId, secretAccessKey: 'guessed' };
    const { region } = cloud;
    const dynamodb = new DynamoDBClient({ endpoint: cloud.dynamodbEndpoint, region, credentials });
    const scan = dynamodb.send(new ScanCommand({ TableName: cloud.tableName }));
    await expect(scan).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    dynamodb.destroy();
    const s3 = createS3Client({ ...cloud, uploadsBucket: Bucket, credentials });
    const put = s3.send(new PutObjectCommand({ Bucket, Key: 'incoming/x.txt', Body: 'x' }));
    await expect(put).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    s3.destroy();
    const url = `${cloud.lambdaEndpoint}/2015-03-31/functions/reconcile/invocations`;
    const invoked = await signedFetch(url, { credentials, service: 'lambda', region }, { method: 'POST', body: '{}' });
    expect([invoked.status, invoked.headers.get('x-amzn-errortype')]).toEqual([403, 'InvalidSignatureException']);
  });
});

describe('nobody else', () => {
  it.each<[string, Credentials, string]>([
    ["with another's secret", { ...principals.caller, secretAccessKey: 'guessed' }, 'execute-api'],
    ['with an unknown key', { accessKeyId: 'AKIANOBODY0000000000', secretAccessKey: 'x' }, 'execute-api'],
    ['with the key of those who do not sign', unsignedPrincipal, 'execute-api'],
    ['with a signature for another service', principals.caller, 'dynamodb'],
  ])('%s gets in', async (_, credentials, service) => {
    const { accessKeyId, secretAccessKey } = credentials;
    const before = gateway.simulator.requests().length;
    const answer = await send(
      { accessKeyId, secretAccessKey: secretAccessKey || 'x' },
      '/v1/limit-increases',
      order(4),
      service,
    );
    expect([answer.status, await answer.json()]).toEqual([403, { message: 'Forbidden' }]);
    expect(gateway.simulator.requests()).toHaveLength(before);
  });
});
