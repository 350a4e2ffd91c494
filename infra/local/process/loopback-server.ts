import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export type LoopbackServer = {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly url: string;
  /** Ends open connections too. */
  readonly close: () => Promise<void>;
};

/** Listens on this machine only. Port 0: a free one. @throws Error (EADDRINUSE) if the port is taken. */
export async function listenOnLoopback(listener: RequestListener, port = 0): Promise<LoopbackServer> {
  // No time limit for a request: a runtime waits for its next invocation as long as it takes.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, listener);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const host = `127.0.0.1:${address.port}`;
  return {
    host,
    url: `http://${host}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
