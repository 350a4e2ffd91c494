import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';

/** Beside a service, none of whose requests goes there. */
export const faultControlPath = '/_faults';

type Controlled = {
  readonly read: (rules: unknown) => void;
  readonly clear: () => void;
  readonly struck: () => number;
};

/** For other processes: GET how often a fault struck, PUT a list of rules, DELETE them. */
export function answerFaultControl(
  faults: Controlled,
  { method }: IncomingMessage,
  body: Buffer | 'too_large',
  response: ServerResponse,
): void {
  const send = (status: number, told: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(told)}\n`);
  if (method === 'PUT') {
    try {
      faults.read(JSON.parse(body.toString('utf8')));
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      return void send(400, { faults: z.prettifyError(error) });
    }
  } else if (method === 'DELETE') faults.clear();
  else if (method !== 'GET') return void send(405, { faults: 'GET, PUT or DELETE' });
  send(200, { struck: faults.struck() });
}
