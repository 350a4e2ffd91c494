import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { listenOnLoopback } from '../../../infra/local/process/loopback-server.ts';

/** Stands before a server and looks at the clock. */
export type TimedDoor = {
  readonly url: string;
  /** How long requests have taken behind the door since this was last asked. */
  readonly takeMs: () => number;
  readonly close: () => Promise<void>;
};

/** @param delayMs the server's answers are that much longer on their way. */
export async function openTimedDoor(serverUrl: string, delayMs = 0): Promise<TimedDoor> {
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

  const server = await listenOnLoopback(pass);
  return {
    url: pathname === '/' ? server.url : new URL(pathname, server.url).href,
    takeMs: () => {
      const ms = tookMs;
      tookMs = 0;
      return ms;
    },
    close: async () => {
      agent.destroy();
      await server.close();
    },
  };
}
