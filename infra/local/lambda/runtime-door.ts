import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenOnLoopback } from '../process/loopback-server.ts';
import { readBody } from '../process/read-body.ts';
import { payloadBytesMax } from './invocation.ts';

/** What the runtime of one process says. */
export type RuntimeWord =
  /** It is ready for an invocation, and does nothing else. */
  | { readonly word: 'next' }
  | { readonly word: 'response'; readonly requestId: string; readonly payload: string }
  | { readonly word: 'response_too_large'; readonly requestId: string }
  | { readonly word: 'error'; readonly requestId: string; readonly payload: string }
  | { readonly word: 'init_error'; readonly payload: string };

type Delivery = {
  readonly requestId: string;
  readonly event: string;
  readonly deadline: number;
  readonly functionArn: string;
  readonly traceId: string;
};

/** One process's side of the Lambda Runtime API (version 2018-06-01). */
export type RuntimeDoor = {
  /** For AWS_LAMBDA_RUNTIME_API. */
  readonly host: string;
  /** Answers the runtime's `next`; it must have asked. */
  readonly deliver: (delivery: Delivery) => void;
  readonly close: () => Promise<void>;
};

export async function openRuntimeDoor(listen: (word: RuntimeWord) => void): Promise<RuntimeDoor> {
  let waiting: ServerResponse | undefined;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(/^\/2018-06-01\/runtime\//, '');
    if (path === 'invocation/next') {
      waiting = response;
      listen({ word: 'next' });
      return;
    }
    const body = await readBody(request, payloadBytesMax);
    const payload = body === 'too_large' ? undefined : body.toString('utf8');
    const [, requestId, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    response.writeHead(payload === undefined ? 413 : 202).end();
    if (path === 'init/error') listen({ word: 'init_error', payload: payload ?? '{}' });
    else if (requestId === undefined) throw new Error(`The runtime asked for ${path}, which the Runtime API has not.`);
    else if (payload === undefined) listen({ word: 'response_too_large', requestId });
    else listen({ word: kind === 'error' ? 'error' : 'response', requestId, payload });
  }

  const server = await listenOnLoopback((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  return {
    host: server.host,
    deliver: ({ requestId, event, deadline, functionArn, traceId }) => {
      waiting?.writeHead(200, {
        'Content-Type': 'application/json',
        'Lambda-Runtime-Aws-Request-Id': requestId,
        'Lambda-Runtime-Deadline-Ms': String(deadline),
        'Lambda-Runtime-Invoked-Function-Arn': functionArn,
        'Lambda-Runtime-Trace-Id': traceId,
      });
      waiting?.end(event);
      waiting = undefined;
    },
    close: server.close,
  };
}
