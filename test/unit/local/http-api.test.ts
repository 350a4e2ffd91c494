import { describe, expect, it } from 'vitest';
import { accessLine } from '../../../infra/local/http-api/access-log.ts';
import { answerOf } from '../../../infra/local/http-api/answer.ts';
import { eventOf, type GatewayRequest } from '../../../infra/local/http-api/event.ts';
import { createMatchRoute } from '../../../infra/local/http-api/match-route.ts';
import { principals } from '../../../infra/local/http-api/principals.ts';
import { createThrottle } from '../../../infra/local/http-api/throttle.ts';

describe('routes', () => {
  const keys = [
    '$default',
    'GET /v1/cards/{par}',
    'GET /v1/cards/none',
    'POST /v1/cards/{par}',
    'GET /v1/{kind}/{id}/x',
  ];
  const match = createMatchRoute(keys.map((routeKey) => ({ routeKey, functionArn: routeKey })));
  it.each([
    ['GET', '/v1/cards/none', 'GET /v1/cards/none', {}],
    ['GET', '/v1/cards/Q1', 'GET /v1/cards/{par}', { par: 'Q1' }],
    ['POST', '/v1/cards/none', 'POST /v1/cards/{par}', { par: 'none' }],
    ['GET', '/v1/a/b/x', 'GET /v1/{kind}/{id}/x', { kind: 'a', id: 'b' }],
    ['GET', '/v1/cards/', '$default', {}],
    ['DELETE', '/v1/cards/Q1', '$default', {}],
    ['GET', '/v1/cards/Q1/', '$default', {}],
  ])('%s %s goes to %s', (method, path, routeKey, pathParameters) => {
    expect(match(method, path)).toEqual({ route: { routeKey, functionArn: routeKey }, pathParameters });
  });

  it('lead nowhere without $default', () => {
    expect(createMatchRoute([{ routeKey: 'GET /', functionArn: 'f' }])('GET', '/x')).toBeUndefined();
  });

  it.each(['ANY /x', 'GET /{proxy+}', 'GET x'])('of the kind %s are refused', (routeKey) => {
    expect(() => createMatchRoute([{ routeKey, functionArn: 'f' }])).toThrow(routeKey);
  });
});

describe('the event of payload format 2.0', () => {
  const request: GatewayRequest = {
    requestId: 'r-1',
    receivedAt: Date.UTC(2026, 10, 2, 3, 4, 5),
    method: 'POST',
    path: '/v1/카드',
    rawQuery: 'a=1&a=2&b=%20c',
    protocol: 'HTTP/1.1',
    sourceIp: '127.0.0.1',
    headers: { 'content-type': 'application/json', cookie: 'x=1; y=2', 'user-agent': 'curl' },
    body: Buffer.from('{"k":"값"}'),
  };
  const context = {
    apiId: 'api1',
    account: '111122223333',
    region: 'ap-northeast-2',
    routeKey: '$default',
    pathParameters: {},
    principal: principals.otherCaller,
  };

  it('has the form that API Gateway gives it', () => {
    expect(eventOf(request, context)).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/v1/카드',
      rawQueryString: 'a=1&a=2&b=%20c',
      cookies: ['x=1', 'y=2'],
      headers: { 'content-type': 'application/json', 'user-agent': 'curl' },
      queryStringParameters: { a: '1,2', b: ' c' },
      requestContext: {
        accountId: '111122223333',
        apiId: 'api1',
        authorizer: {
          iam: {
            accessKey: 'AKIALOCALCALLER00002',
            accountId: '444455556666',
            callerId: 'AROALOCALCALLER000002:session-2',
            cognitoIdentity: null,
            principalOrgId: null,
            userArn: 'arn:aws:sts::444455556666:assumed-role/other-caller/session-2',
            userId: 'AROALOCALCALLER000002:session-2',
          },
        },
        domainName: 'api1.execute-api.ap-northeast-2.amazonaws.com',
        domainPrefix: 'api1',
        http: { method: 'POST', path: '/v1/카드', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'curl' },
        requestId: 'r-1',
        routeKey: '$default',
        stage: '$default',
        time: '02/Nov/2026:03:04:05 +0000',
        timeEpoch: 1793588645000,
      },
      body: '{"k":"값"}',
      isBase64Encoded: false,
    });
  });

  it.each([
    ['application/json; charset=utf-8', false],
    ['application/problem+json', false],
    ['text/csv', false],
    ['application/octet-stream', true],
    ['application/x-www-form-urlencoded', true],
    [undefined, true],
  ])('with a body of type %s: base64 %s', (type, isBase64Encoded) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    const body = isBase64Encoded ? Buffer.from('{"k":"값"}').toString('base64') : '{"k":"값"}';
    expect(eventOf({ ...request, headers }, context)).toMatchObject({ body, isBase64Encoded });
  });

  it('has no body, cookies, query or path parameters where there are none', () => {
    const bare = eventOf({ ...request, rawQuery: '', headers: {}, body: Buffer.alloc(0) }, context);
    expect(Object.keys(bare)).toEqual([
      'version',
      'routeKey',
      'rawPath',
      'rawQueryString',
      'headers',
      'requestContext',
      'isBase64Encoded',
    ]);
  });
});

describe('what a function returned', () => {
  const returned = (value: unknown) => answerOf({ result: 'returned', payload: JSON.stringify(value) });

  it('becomes status, headers, cookies and body', () => {
    const answer = returned({
      statusCode: 202,
      headers: { Location: '/x', 'Retry-After': 5 },
      cookies: ['a=1'],
      body: '값',
    });
    expect(answer).toEqual({
      status: 202,
      headers: {
        'content-type': 'text/plain;charset=UTF-8',
        location: '/x',
        'retry-after': '5',
        'set-cookie': ['a=1'],
      },
      body: Buffer.from('값'),
    });
  });

  it('is decoded from base64', () => {
    expect(returned({ statusCode: 200, body: 'AAH/', isBase64Encoded: true }).body).toEqual(Buffer.from([0, 1, 255]));
  });

  it.each([
    [{ any: 'thing' }, '{"any":"thing"}'],
    ['words', 'words'],
    [null, 'null'],
  ])('without a statusCode is a 200 with the value: %j', (value, body) => {
    expect(returned(value)).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(body),
    });
  });

  it.each([
    [{ result: 'failed', payload: '{}' } as const, 500, 'Internal Server Error'],
    [{ result: 'throttled' } as const, 503, 'Service Unavailable'],
    [{ result: 'returned', payload: '{"statusCode":"many"}' } as const, 500, 'Internal Server Error'],
    [{ result: 'returned', payload: '{"statusCode":200,"body":{}}' } as const, 500, 'Internal Server Error'],
  ])('or that it did not: %j is %i', (outcome, status, message) => {
    const answer = answerOf(outcome);
    expect([answer.status, answer.body.toString()]).toEqual([status, JSON.stringify({ message })]);
  });
});

describe('throttling', () => {
  it('lets a burst through, then as many as the rate refills', () => {
    const admit = createThrottle({ burst: 2, perSecond: 10 });
    expect([0, 0, 0, 99, 100, 100, 10_000, 10_000, 10_000].map(admit)).toEqual([
      ...[true, true, false, false, true, false],
      ...[true, true, false],
    ]);
  });

  it('is off where the stage has none', () => {
    const admit = createThrottle(undefined);
    expect(Array.from({ length: 500 }, () => admit(0)).every(Boolean)).toBe(true);
  });
});

it('writes access logs in the format of the stage', () => {
  const line = accessLine(
    '{"route":"$context.routeKey","s":"$context.status","e":"$context.error.message","x":"$context.unheardOf"}',
    { requestId: 'r', receivedAt: 0, routeKey: 'GET /v1/cards/{par}', status: 200 },
    7,
  );
  expect(line).toBe('{"route":"GET /v1/cards/{par}","s":"200","e":"-","x":"-"}');
});
