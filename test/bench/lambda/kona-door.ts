import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../../../infra/local/process/loopback-server.ts';

/** Stands before the simulator and looks at the clock. */
export type KonaDoor = {
  readonly url: string;
  /** How long calls have taken behind the door since this was last asked. */
  readonly takeMs: () => number;
  readonly close: () => Promise<void>;
};

export async function openKonaDoor(simulatorUrl: string): Promise<KonaDoor> {
  const { host, pathname } = new URL(simulatorUrl);
  const agent = new Agent({ keepAlive: true });
  let tookMs = 0;

  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const startedAt = performance.now();
    response.once('finish', () => {
      tookMs += performance.now() - startedAt;
    });
    const { method, headers, url = '' } = incoming;
    const passed = request(`http://${host}${url}`, { method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', (error) => response.destroy(error));
    incoming.pipe(passed);
  }

  const server = await listenOnLoopback(pass);
  return {
    url: new URL(pathname, server.url).href,
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
