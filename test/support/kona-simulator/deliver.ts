import type { ServerResponse } from 'node:http';
import { type Answer, withHeaders } from './answer.ts';
import type { Delivery } from './play.ts';

export type Line = {
  readonly response: ServerResponse;
  /** Rejects when the simulator closes. */
  wait(ms: number): Promise<void>;
  /** Resolves when nobody listens any more. */
  readonly hungUp: Promise<void>;
  /** Told before the last byte leaves: what the caller does next must not seem to overlap with this call. */
  lastByte(): void;
};

/** Sends the answer in the given way; returns when it is sent, or the caller is gone. */
export async function deliver(answer: Answer, delivery: Delivery, line: Line): Promise<void> {
  const { response } = line;
  switch (delivery.how) {
    case 'whole':
      response.writeHead(answer.status, { ...answer.headers, 'Content-Length': answer.body.length });
      line.lastByte();
      response.end(answer.body);
      return;
    case 'dripping_body':
      response.writeHead(answer.status, { ...answer.headers, 'Content-Length': answer.body.length });
      response.flushHeaders();
      await drip(answer.body, delivery.everyMs, line);
      response.end();
      return;
    case 'slow_headers': {
      const closing = withHeaders(answer, { 'Content-Length': `${answer.body.length}`, Connection: 'close' });
      await drip(rawHead(closing), delivery.everyMs, line);
      line.lastByte();
      response.socket?.end(answer.body);
      return;
    }
    case 'cut':
      line.lastByte();
      response.socket?.end(halfOf(answer, delivery.framing));
      return;
    case 'reset':
      line.lastByte();
      response.socket?.resetAndDestroy();
      return;
    case 'never':
      await line.hungUp;
      return;
    default:
      return delivery satisfies never;
  }
}

async function drip(bytes: Buffer, everyMs: number, { response, wait, lastByte }: Line): Promise<void> {
  const { socket } = response;
  for (const [at, byte] of bytes.entries()) {
    if (socket === null || socket.destroyed) return;
    if (at === bytes.length - 1) lastByte();
    if (response.headersSent) response.write(Buffer.of(byte));
    else socket.write(Buffer.of(byte));
    await wait(everyMs);
  }
}

function rawHead(answer: Answer): Buffer {
  const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${answer.status} \r\n${lines.join('')}\r\n`);
}

function halfOf(answer: Answer, framing: Extract<Delivery, { how: 'cut' }>['framing']): Buffer {
  const half = answer.body.subarray(0, Math.floor(answer.body.length / 2));
  switch (framing) {
    case 'content_length':
      return Buffer.concat([rawHead(withHeaders(answer, { 'Content-Length': `${answer.body.length}` })), half]);
    case 'chunked': {
      const head = rawHead(withHeaders(answer, { 'Transfer-Encoding': 'chunked' }));
      return Buffer.concat([head, Buffer.from(`${half.length.toString(16)}\r\n`), half, Buffer.from('\r\n')]);
    }
    case 'until_close':
      return Buffer.concat([rawHead(withHeaders(answer, { Connection: 'close' })), half]);
    default:
      return framing satisfies never;
  }
}
