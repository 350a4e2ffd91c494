import type { IncomingHttpHeaders } from 'node:http';
import { listenOnLoopback } from '../../../infra/local/process/loopback-server.ts';
import type { LimitIncrease } from '../../../submit/gateway.ts';

/** An answer with a status; a limit increase; or none known yet. */
export type Played = number | LimitIncrease | undefined;

export const credentials = {
  accessKeyId: 'AKIALOCALCALLER00001',
  secretAccessKey: 'secret',
  sessionToken: 'for a while',
};

/** An HTTP API that gives one answer after the other, the last one for ever. `onAsked` is told how often it was asked. */
export async function playGateway(script: readonly Played[], onAsked: (times: number) => void = () => undefined) {
  const asked: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = [];
  const server = await listenOnLoopback(({ url = '', headers }, response) => {
    const now = script[Math.min(asked.length, script.length - 1)];
    asked.push({ url, headers });
    onAsked(asked.length);
    if (typeof now === 'number') return response.writeHead(now).end('{"message":"played"}');
    const isList = url.startsWith('/v1/limit-increases?');
    const list = { limitIncreases: now === undefined ? [] : [now], nextCursor: null };
    return response.writeHead(200).end(JSON.stringify(isList ? list : { ...now, results: [], nextCursor: null }));
  });
  const { url: apiUrl, close } = server;
  return { asked, stack: { apiUrl, region: 'ap-northeast-2', credentials }, [Symbol.asyncDispose]: close };
}
