import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Authority } from '../aws/iam/authority.ts';
import type { Functions } from '../lambda/functions.ts';
import { payloadBytesMax } from '../lambda/invocation.ts';
import { readBody } from '../process/read-body.ts';
import type { ApiSpec } from '../template/stack.ts';
import { type AccessEntry, accessLine } from './access-log.ts';
import { answerOf, type GatewayAnswer, gatewayError } from './answer.ts';
import { eventOf, type GatewayRequest } from './event.ts';
import { createMatchRoute } from './match-route.ts';
import { type Principal, principals, unsignedPrincipal } from './principals.ts';
import { createThrottle } from './throttle.ts';

const bodyBytesMax = 10 * 1024 * 1024;
/** The most that an HTTP API waits for an integration. */
const integrationTimeoutMs = 30_000;

export type HttpApiDeps = {
  readonly api: ApiSpec;
  readonly functions: Functions;
  readonly authority: Authority;
  readonly account: string;
  readonly region: string;
  readonly now: () => number;
  readonly writeAccessLog: (line: string) => void;
};

/** API Gateway's HTTP API: routes, IAM authorizer, throttling, proxy integration (payload format 2.0), access log. */
export function createHttpApiDoor(deps: HttpApiDeps) {
  const matchRoute = createMatchRoute(deps.api.routes);
  const admit = createThrottle(deps.api.throttle);
  const { api, functions, now } = deps;

  async function handle(incoming: IncomingMessage, entry: AccessEntry): Promise<GatewayAnswer> {
    const body = await readBody(incoming, bodyBytesMax);
    if (body === 'too_large') return gatewayError(413, 'Request Entity Too Large');
    const request = requestOf(incoming, body, entry);
    if (request === undefined) return gatewayError(400, 'Bad Request');
    const matched = matchRoute(request.method, request.path);
    if (matched === undefined) return gatewayError(404, 'Not Found');
    entry.routeKey = matched.route.routeKey;
    const principal = principalOf(incoming, request, deps);
    if (principal === undefined) return gatewayError(403, 'Forbidden');
    entry.accountId = principal.accountId;
    entry.callerId = principal.userId;
    if (!admit(now())) return gatewayError(429, 'Too Many Requests');

    const pool = functions.find(matched.route.functionArn);
    if (pool === undefined) throw new Error(`${matched.route.routeKey} leads to no function of this stack.`);
    const { routeKey } = matched.route;
    const { pathParameters } = matched;
    const { account, region } = deps;
    const event = eventOf(request, { apiId: api.apiId, account, region, routeKey, pathParameters, principal });
    const invocation = functions.invocationOf(JSON.stringify(event));
    if (Buffer.byteLength(invocation.event) > payloadBytesMax) return gatewayError(413, 'Request Entity Too Large');

    const invokedAt = now();
    const patience = new AbortController();
    const tooLong = wait(integrationTimeoutMs, undefined, { signal: patience.signal }).then(
      () => gatewayError(503, 'Service Unavailable'),
      () => gatewayError(503, 'Service Unavailable'),
    );
    const answer = await Promise.race([pool.invoke(invocation).then(answerOf), tooLong]);
    patience.abort();
    entry.integrationLatencyMs = now() - invokedAt;
    return answer;
  }

  return async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const entry: AccessEntry = { requestId: randomUUID(), receivedAt: now() };
    try {
      const answer = await handle(incoming, entry);
      response.writeHead(answer.status, {
        ...answer.headers,
        'content-length': answer.body.length,
        'apigw-requestid': entry.requestId,
      });
      response.end(incoming.method === 'HEAD' ? undefined : answer.body);
      if (api.accessLogFormat !== undefined)
        deps.writeAccessLog(
          accessLine(api.accessLogFormat, { ...entry, status: answer.status, error: answer.error }, now()),
        );
    } catch (error) {
      // Without a client that went away while its request was read, it is a fault of our own.
      if (incoming.errored === null) throw error;
    }
  };
}

function requestOf(
  incoming: IncomingMessage,
  body: Buffer,
  { requestId, receivedAt }: AccessEntry,
): GatewayRequest | undefined {
  const [encodedPath = '', ...query] = (incoming.url ?? '').split('?');
  const headers: [string, string][] = Object.entries(incoming.headersDistinct).map(([name, values]) => [
    name,
    (values ?? []).join(name === 'cookie' ? '; ' : ','),
  ]);
  const sourceIp = incoming.socket.remoteAddress ?? '';
  try {
    return {
      requestId,
      receivedAt,
      method: incoming.method ?? '',
      path: decodeURIComponent(encodedPath),
      rawQuery: query.join('?'),
      protocol: `HTTP/${incoming.httpVersion}`,
      sourceIp,
      headers: { ...Object.fromEntries(headers), 'x-forwarded-for': sourceIp, 'x-forwarded-proto': 'https' },
      body,
    };
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Who signed, if that one's policies allow the call. IAM is asked about the path that was called, not about the route. */
function principalOf(
  incoming: IncomingMessage,
  { method, path, body }: GatewayRequest,
  { api, authority, account, region }: HttpApiDeps,
): Principal | undefined {
  if (incoming.headers.authorization === undefined) return unsignedPrincipal;
  const signer = authority.identify('execute-api', incoming, body);
  if (typeof signer === 'string') return undefined;
  const called = `arn:aws:execute-api:${region}:${account}:${api.apiId}/$default/${method}${path}`;
  if (!authority.authorize(signer, 'execute-api:Invoke', called).allowed) return undefined;
  return Object.values(principals).find(({ accessKeyId }) => accessKeyId === signer.accessKeyId);
}
