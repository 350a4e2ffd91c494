import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gate, startGate } from '../unit/local/gate.ts';
import { seenIn, startTinyCloud, type TinyCloud } from '../unit/local/tiny-cloud.ts';

// What stands around the functions of the local cloud: HTTP API, Invoke API, clock, table and secret.

let gate: Gate;
let tiny: TinyCloud;
beforeAll(async () => {
  gate = await startGate();
  tiny = await startTinyCloud(gate.url);
});
afterAll(async () => {
  await tiny.close();
  await gate.close();
});

describe('the HTTP API', () => {
  it('hands the request on in payload format 2.0, from an unsigned caller too', async () => {
    const answer = await tiny.post('/subject/%EA%B0%80?x=1&x=2', { hello: '가' }, { 'X-Twice': 'a, b', Cookie: 'k=v' });
    const { event } = seenIn(await answer.json());
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /subject/{id}',
      rawPath: '/subject/가',
      pathParameters: { id: '가' },
      queryStringParameters: { x: '1,2' },
      headers: { 'x-twice': 'a, b' },
      cookies: ['k=v'],
      body: '{"hello":"가"}',
      requestContext: { authorizer: { iam: { userId: 'AROALOCALCALLER000000:unsigned' } } },
    });
    expect(answer.headers.get('content-type')).toBe('application/json');
  });

  it('answers 403 to a signature that is not right', async () => {
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIALOCALCALLER00001/20261122/${tiny.cloud.region}/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
    const answer = await tiny.post('/subject/1', {}, { authorization });
    expect([answer.status, await answer.text()]).toEqual([403, '{"message":"Forbidden"}']);
  });

  it('answers 404 where no route leads, 413 to more than 10 MB, 500 to a failed function', async () => {
    const answers = await Promise.all([
      tiny.post('/nowhere', {}),
      tiny.post('/subject/1', { much: 'x'.repeat(10 * 1024 * 1024) }),
      tiny.post('/subject/1', { do: 'throw' }),
      tiny.post('/hasty', { do: 'hang' }),
    ]);
    expect(await Promise.all(answers.map(async (answer) => [answer.status, await answer.text()]))).toEqual([
      [404, '{"message":"Not Found"}'],
      [413, '{"message":"Request Entity Too Large"}'],
      [500, '{"message":"Internal Server Error"}'],
      [500, '{"message":"Internal Server Error"}'],
    ]);
  });

  it('logs the route and never the path', async () => {
    await tiny.post('/subject/Q1SECRET', {});
    expect(tiny.cloud.accessLog().at(-1)).toBe('POST /subject/{id} 200');
    expect(tiny.cloud.accessLog().join()).not.toContain('Q1SECRET');
  });
});

describe('the Lambda Invoke API', () => {
  it('takes the name, the local name and the ARN', async () => {
    const name = tiny.cloud.functions['subject'] ?? '';
    const arn = `arn:aws:lambda:${tiny.cloud.region}:111122223333:function:${name}`;
    for (const known of [name, 'subject', arn, `${arn}:$LATEST`]) {
      const answer = await tiny.invoke(known, '{"do":"answer","answer":[1]}');
      expect([answer.status, answer.headers.get('x-amz-function-error'), await answer.text()]).toEqual([
        200,
        null,
        '[1]',
      ]);
    }
  });

  it('tells a failed function from a failed call', async () => {
    const failed = await tiny.invoke('hasty', '{"do":"hang"}');
    expect([failed.status, failed.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled']);
    expect(await failed.text()).toContain('Task timed out after 1.00 seconds');
    expect((await tiny.invoke('nobody', '{}')).status).toBe(404);
    expect((await tiny.invoke('subject', 'not json')).status).toBe(400);
  });

  it('answers Event at once, while the function still runs', async () => {
    const held = await startGate();
    const event = JSON.stringify({ do: 'gate', url: held.url });
    const answer = await tiny.invoke('subject', event, { 'X-Amz-Invocation-Type': 'Event' });
    expect([answer.status, await held.arrivals(1)]).toEqual([202, [event]]);
    held.open();
    await held.close();
  });
});

describe('around the functions', () => {
  it('the clock ticks as EventBridge does, at the pace that was asked for', async () => {
    gate.open();
    const [first = '', second = ''] = await gate.arrivals(2);
    expect(JSON.parse(first)).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      resources: [expect.stringContaining(':rule/')],
    });
    expect(JSON.parse(second).id).not.toBe(JSON.parse(first).id);
  });

  it('the table is as the template says: keys, index, time to live', async () => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({
      endpoint: tiny.cloud.dynamodbEndpoint,
      region: tiny.cloud.region,
      credentials,
    });
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tiny.cloud.tableName }));
    expect(Table?.KeySchema?.map(({ AttributeName }) => AttributeName)).toEqual(['pk', 'sk']);
    expect(Table?.GlobalSecondaryIndexes).toMatchObject([
      { IndexName: 'openWork', Projection: { ProjectionType: 'KEYS_ONLY' } },
    ]);
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: tiny.cloud.tableName }));
    expect(ttl.TimeToLiveDescription?.AttributeName).toBe('expiresAt');
    client.destroy();
  });

  it('the secret has no value until it is put, and then the newest', async () => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new SecretsManagerClient({
      endpoint: tiny.cloud.secretsManagerEndpoint,
      region: tiny.cloud.region,
      credentials,
    });
    const read = () => client.send(new GetSecretValueCommand({ SecretId: tiny.cloud.secretId }));
    await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    tiny.cloud.putSecret('one');
    const one = await read();
    tiny.cloud.putSecret('two');
    const two = await read();
    expect([one.SecretString, two.SecretString, two.ARN]).toEqual(['one', 'two', tiny.cloud.secretId]);
    expect(two.VersionId).not.toBe(one.VersionId);
    client.destroy();
  });
});
