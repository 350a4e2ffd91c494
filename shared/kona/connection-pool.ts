import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Clock } from '../limit-increase/ports.ts';

// One keep-alive pool. A request that is written to a socket which the far side has just closed may or may not have
// been read, so an idle socket must go before the far side tires of it. The agent's own timer does that, unless the
// process is frozen between two invocations: then only the wall clock knows how long a socket has lain.

/** Load balancers commonly close after 60 s, Node's own server after 5. */
const idleMsMax = 4_000;

/** The agent for the client: one pool for all its calls. `tls.ca` is for a private certificate authority (PEM). */
export function createKeepAliveAgent(baseUrl: string, tls: { readonly ca?: string | undefined } = {}): http.Agent {
  const pooled = { keepAlive: true, timeout: idleMsMax };
  if (URL.parse(baseUrl)?.protocol === 'http:') return new http.Agent(pooled);
  // `rejectUnauthorized` is said aloud, so that no environment variable can switch it off.
  return new https.Agent({ ...pooled, rejectUnauthorized: true, ...(tls.ca === undefined ? {} : { ca: tls.ca }) });
}

export type ConnectionPool = {
  readonly agent: http.Agent;
  /** Closes the sockets that have been idle too long by the wall clock. */
  retireIdle(): void;
  /** The socket has just become usable: it is connected, or has carried a whole exchange. */
  markUsable(socket: Socket): void;
  /** Whether it was connected for an earlier request. */
  isReused(socket: Socket): boolean;
};

export function createConnectionPool(agent: http.Agent, clock: Clock): ConnectionPool {
  const usableSince = new WeakMap<Socket, number>();
  return {
    agent,
    retireIdle() {
      const now = clock();
      for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
        if (Math.abs(now - (usableSince.get(socket) ?? now)) >= idleMsMax) socket.destroy();
      }
    },
    markUsable(socket) {
      usableSince.set(socket, clock());
    },
    isReused: (socket) => usableSince.has(socket),
  };
}
