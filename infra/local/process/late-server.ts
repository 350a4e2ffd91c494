import type { RequestListener } from 'node:http';
import { type LoopbackServer, listenOnLoopback } from './loopback-server.ts';

/** A server whose address is known before what answers there: until then it says 503. */
export type LateServer = LoopbackServer & { readonly answerWith: (listener: RequestListener) => void };

/** @throws Error (EADDRINUSE) if the port is taken. */
export async function openLateServer(port?: number): Promise<LateServer> {
  let door: RequestListener = (_, response) => response.writeHead(503).end();
  const server = await listenOnLoopback((request, response) => door(request, response), port);
  return {
    ...server,
    answerWith: (listener) => {
      door = listener;
    },
  };
}
