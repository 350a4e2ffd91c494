import * as z from 'zod';
import type { InvocationResult } from '../lambda/invocation.ts';

/** What goes back to the client. `error`: what API Gateway itself had to say. */
export type GatewayAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
  readonly error?: string | undefined;
};

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const proxyAnswer = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
  cookies: z.array(z.string()).nullish(),
});

/** API Gateway's own form. */
export function gatewayError(status: number, message: string): GatewayAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message })),
    error: message,
  };
}

/** Reads what the function returned as payload format 2.0 does: without a statusCode, the whole value is a 200. */
export function answerOf(outcome: InvocationResult): GatewayAnswer {
  switch (outcome.result) {
    case 'throttled':
      return gatewayError(503, 'Service Unavailable');
    case 'failed':
      return gatewayError(500, 'Internal Server Error');
    case 'returned':
      return interpret(outcome.payload);
    default: {
      const unexpected: never = outcome;
      return unexpected;
    }
  }
}

function interpret(payload: string): GatewayAnswer {
  const value: unknown = JSON.parse(payload);
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    const body = Buffer.from(typeof value === 'string' ? value : payload);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const parsed = proxyAnswer.safeParse(value);
  if (!parsed.success) return gatewayError(500, 'Internal Server Error');
  const { statusCode, headers, body, isBase64Encoded, cookies } = parsed.data;
  const named = Object.entries(headers ?? {}).map(([name, text]) => [name.toLowerCase(), text]);
  return {
    status: statusCode,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(named),
      ...(cookies != null && cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}
