import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { type Faults, faultRulesSchema } from './faults.ts';

/** Beside DynamoDB, whose requests all go to `/`. */
export const faultControlPath = '/_faults';

/** For other processes: GET how often a fault struck, PUT a list of rules, DELETE them. */
export function answerFaultControl(
  faults: Faults,
  { method }: IncomingMessage,
  body: Buffer | 'too_large',
  response: ServerResponse,
): void {
  const send = (status: number, told: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(told)}\n`);
  if (method === 'PUT') {
    const rules = faultRulesSchema.safeParse(JSON.parse(body.toString('utf8')));
    if (!rules.success) return void send(400, { faults: z.prettifyError(rules.error) });
    faults.set(rules.data);
  } else if (method === 'DELETE') faults.clear();
  else if (method !== 'GET') return void send(405, { faults: 'GET, PUT or DELETE' });
  send(200, { struck: faults.struck() });
}
