import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Certificate } from './tls.ts';

/** Stands before a server and looks at the clock. */
export type TimedDoor = {
  readonly url: string;
  /** How long requests have taken behind the door since this was last asked. */
  readonly takeMs: () => number;
  readonly close: () => Promise<void>;
};

/** How far the server seems to be: the certificate with which it speaks TLS, and how much later its answers come. */
export type Distance = { readonly certificate?: Certificate | undefined; readonly delayMs: number };

export async function openTimedDoor(serverUrl: string, { certificate, delayMs }: Distance): Promise<TimedDoor> {
  const { host, pathname } = new URL(serverUrl);
  const agent = new Agent({ keepAlive: true });
  let tookMs = 0;

  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const startedAt = performance.now();
    response.once('finish', () => {
      tookMs += performance.now() - startedAt;
    });
    const { method, headers, url = '' } = incoming;
    const passed = request(`http://${host}${url}`, { method, headers, agent }, async (answer) => {
      if (delayMs > 0) await setTimeout(delayMs);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', (error) => response.destroy(error));
    incoming.pipe(passed);
  }

  const options = { keepAliveTimeout: 60_000 };
  const server =
    certificate === undefined ? createServer(options, pass) : createTlsServer({ ...options, ...certificate }, pass);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return {
    url: pathname === '/' ? origin : `${origin}${pathname}`,
    takeMs: () => {
      const ms = tookMs;
      tookMs = 0;
      return ms;
    },
    close: async () => {
      agent.destroy();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
