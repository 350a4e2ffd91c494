import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A place where functions under test report, and wait until the test lets them go. */
export type Gate = {
  readonly url: string;
  /** Resolves with the bodies of all arrivals, once there are that many. */
  readonly arrivals: (count: number) => Promise<readonly string[]>;
  /** Lets all that wait go, and all that come later. */
  readonly open: () => void;
  readonly close: () => Promise<void>;
};

export async function startGate(): Promise<Gate> {
  const arrived: string[] = [];
  const held: ServerResponse[] = [];
  const watchers = new Set<() => void>();
  let isOpen = false;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    arrived.push(body);
    if (isOpen) response.end();
    else held.push(response);
    for (const watch of watchers) watch();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    arrivals: (count) =>
      new Promise((resolve) => {
        const watch = () => {
          if (arrived.length < count) return;
          watchers.delete(watch);
          resolve([...arrived]);
        };
        watchers.add(watch);
        watch();
      }),
    open: () => {
      isOpen = true;
      for (const response of held) response.end();
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
