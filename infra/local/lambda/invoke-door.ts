import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authority } from '../aws/iam/authority.ts';
import { readBody } from '../process/read-body.ts';
import type { Functions } from './functions.ts';
import type { InvocationResult } from './invocation.ts';
import { payloadBytesMax } from './invocation.ts';

const path = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?.*)?$/;

/** The Lambda Invoke API: RequestResponse, Event and DryRun, by the function's name or ARN. */
export function createInvokeDoor(functions: Functions, authority: Authority) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer({ functions, authority }, request, response).catch((error) => response.destroy(error));
  };
}

type Deps = { readonly functions: Functions; readonly authority: Authority };

async function answer(
  { functions, authority }: Deps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refuse = (status: number, type: string, message: string, more = {}) =>
    send(response, status, JSON.stringify({ Type: 'User', message, Message: message, ...more }), {
      'x-amzn-ErrorType': type,
    });
  const [, encodedName] = path.exec(request.url ?? '') ?? [];
  if (request.method !== 'POST' || encodedName === undefined)
    return refuse(404, 'ResourceNotFoundException', 'The local cloud knows the action Invoke only.');
  const name = decodeURIComponent(encodedName);
  const pool = functions.find(name);
  if (pool === undefined) return refuse(404, 'ResourceNotFoundException', `Function not found: ${name}`);
  const body = await readBody(request, payloadBytesMax);
  if (body === 'too_large')
    return refuse(413, 'RequestTooLargeException', 'Request must be smaller than 6291456 bytes');
  const principal = authority.identify('lambda', request, body);
  if (principal === 'forged')
    return refuse(403, 'InvalidSignatureException', 'The request signature we calculated does not match yours.');
  if (principal !== 'outsider') {
    const decision = authority.authorize(principal, 'lambda:InvokeFunction', pool.spec.arn);
    if (!decision.allowed) return refuse(403, 'AccessDeniedException', decision.message);
  }
  const event = body.length === 0 ? '{}' : body.toString('utf8');
  if (!isJson(event)) return refuse(400, 'InvalidRequestContentException', 'Could not parse request body into json');

  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const invocation = functions.invocationOf(event);
  if (type === 'DryRun') return send(response, 204, '');
  if (type === 'Event') {
    functions.invokeLater(pool, invocation);
    return send(response, 202, '');
  }
  if (type !== 'RequestResponse')
    return refuse(400, 'InvalidParameterValueException', `There is no invocation type ${type}.`);
  const outcome: InvocationResult = await pool.invoke(invocation);
  if (outcome.result === 'throttled')
    return refuse(429, 'TooManyRequestsException', 'Rate Exceeded.', {
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
  send(response, 200, outcome.payload, {
    'X-Amz-Executed-Version': '$LATEST',
    'x-amzn-RequestId': invocation.requestId,
    ...(outcome.result === 'failed' && { 'X-Amz-Function-Error': 'Unhandled' }),
  });
}

function send(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
