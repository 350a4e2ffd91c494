import type { IncomingMessage, ServerResponse } from 'node:http';
import { deliver } from './deliver.ts';
import type { Arrival } from './exchange.ts';

/** A request that comes over a socket. `wait` rejects when the simulator closes. */
export function httpArrival(
  request: IncomingMessage,
  response: ServerResponse,
  wait: (ms: number) => Promise<void>,
): Arrival {
  const closed = new Promise<void>((resolve) => void response.once('close', resolve));
  return {
    start: startOf(request),
    readBody: () => readBody(request),
    onClosed: (act) => void response.once('close', act),
    deliver: (answer, delivery, lastByte) => deliver(answer, delivery, { response, wait, hungUp: closed, lastByte }),
  };
}

const startOf = ({ method = '', url = '', headers }: IncomingMessage): Arrival['start'] => ({
  method,
  path: url.split('?', 1)[0] ?? '',
  headers,
  correlationId: [headers['x-km-correlation-id']].flat().join(', '),
});

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(Buffer.from(part));
    return Buffer.concat(parts);
  } catch {
    return undefined;
  }
}
