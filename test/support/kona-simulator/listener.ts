import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Answerer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export type Listener = {
  readonly port: number;
  /** Rejects when the server closes. */
  wait(ms: number): Promise<void>;
  /** Resolves when no call is in flight and no late effect is due. A call that hangs lasts until its caller hangs up. */
  quiet(): Promise<void>;
  /** Work that nobody waits for: `quiet` knows of it, and it may be cut short when the server closes. */
  run(work: Promise<void>): void;
  /** Connections are refused and broken off, as if the host were down; `listen` on the same port again ends it. */
  goDark(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
};

/** Listens on 127.0.0.1; `port` 0 is any free one. An `answer` that throws is a bug of the simulator and ends the process. */
export async function startListening(port: number, answer: (server: Listener) => Answerer): Promise<Listener> {
  const closing = new AbortController();
  const pending = new Set<Promise<void>>();
  const server = createServer();
  // Idle connections are the client's to give up: a test that pauses must not meet a reset that nobody ordered.
  server.keepAliveTimeout = 600_000;
  const listen = async (wanted: number): Promise<number> => {
    server.listen(wanted, '127.0.0.1');
    await once(server, 'listening');
    return portOf(server.address());
  };
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const run = (work: Promise<void>): void => {
    const running = work
      .catch((error: unknown) => {
        // What was waiting when the server closed has nobody left to tell.
        if (!closing.signal.aborted) throw error;
      })
      .finally(() => pending.delete(running));
    pending.add(running);
  };
  const listening = await listen(port);

  const listener: Listener = {
    port: listening,
    wait: async (ms) => (ms === 0 ? undefined : sleep(ms, undefined, { signal: closing.signal })),
    quiet: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
    run,
    goDark: stop,
    comeBack: async () => {
      if (!server.listening) await listen(listening);
    },
    close: async () => {
      closing.abort();
      await stop();
      await Promise.all(pending);
    },
  };

  const answerer = answer(listener);
  server.on('request', (request, response) => run(answerer(request, response)));
  return listener;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the simulator listens on TCP only');
  return address.port;
}
