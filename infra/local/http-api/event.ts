import { iamContextOf, type Principal } from './principals.ts';

export type GatewayRequest = {
  readonly requestId: string;
  readonly receivedAt: number;
  readonly method: string;
  /** Decoded, as an HTTP API hands it on. */
  readonly path: string;
  readonly rawQuery: string;
  readonly protocol: string;
  readonly sourceIp: string;
  /** Lower-cased; those that came more than once joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

export type EventContext = {
  readonly apiId: string;
  readonly account: string;
  readonly region: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly principal: Principal;
};

/** The event of a Lambda proxy integration, payload format 2.0; empty parts are left out, as API Gateway does. */
export function eventOf(request: GatewayRequest, context: EventContext): object {
  const { cookie, ...headers } = request.headers;
  const { method, path, protocol, sourceIp, receivedAt } = request;
  const { apiId, region, routeKey } = context;
  const query = queryOf(request.rawQuery);
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: request.rawQuery,
    ...(cookie !== undefined && { cookies: cookie.split(/; ?/) }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: context.account,
      apiId,
      authorizer: { iam: iamContextOf(context.principal) },
      domainName: `${apiId}.execute-api.${region}.amazonaws.com`,
      domainPrefix: apiId,
      http: { method, path, protocol, sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId: request.requestId,
      routeKey,
      stage: '$default',
      time: commonLogTime(receivedAt),
      timeEpoch: receivedAt,
    },
    ...(Object.keys(context.pathParameters).length > 0 && { pathParameters: context.pathParameters }),
    ...bodyOf(request.body, headers['content-type'] ?? ''),
  };
}

const textTypes = /^(text\/|application\/(json|javascript|xml)\b|[\w.-]+\/[\w.-]+\+(json|xml)\b)/i;

function bodyOf(body: Buffer, contentType: string): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = textTypes.test(contentType);
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

function queryOf(rawQuery: string): Record<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const before = query.get(name);
    query.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(query);
}

/** `22/Nov/2026:22:33:00 +0000` */
export function commonLogTime(at: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(at).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
