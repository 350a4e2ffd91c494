import type { Context } from 'aws-lambda';

/** What API Gateway sends for a request to an HTTP API with an IAM authorizer (payload version 2.0). */
export function apiEvent(routeKey: string, over: Readonly<Record<string, unknown>> = {}) {
  const [method = 'GET', path = '/'] = routeKey.split(' ');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: {
      accept: '*/*',
      'content-type': 'application/json',
      host: 'abc123.execute-api.ap-northeast-2.amazonaws.com',
      'x-amz-date': '20261122T011500Z',
    },
    requestContext: {
      accountId: '123456789012',
      apiId: 'abc123',
      authorizer: {
        iam: {
          accessKey: 'ASIAEXAMPLE',
          accountId: '123456789012',
          callerId: 'AROAEXAMPLE:billing',
          cognitoIdentity: null,
          principalOrgId: 'o-example',
          userArn: 'arn:aws:sts::123456789012:assumed-role/Billing/billing',
          userId: 'AROAEXAMPLE:billing',
        },
      },
      domainName: 'abc123.execute-api.ap-northeast-2.amazonaws.com',
      domainPrefix: 'abc123',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'curl/8.5.0' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey,
      stage: '$default',
      time: '22/Nov/2026:01:15:00 +0000',
      timeEpoch: 1_795_310_100_000,
    },
    isBase64Encoded: false,
    ...over,
  };
}

/** The context of an invocation with so much time left. */
export const lambdaContext = (remainingMs = 29_000): Context => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'gateway',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:ap-northeast-2:123456789012:function:gateway',
  memoryLimitInMB: '1024',
  awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
  logGroupName: '/aws/lambda/gateway',
  logStreamName: '2026/11/22/[$LATEST]1',
  getRemainingTimeInMillis: () => remainingMs,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
});
