import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';

export type BackendAnswer = {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
};

/** The emulator behind the door, over connections that are kept. */
export type Backend = {
  /** @throws Error of the connection. */
  readonly send: (headers: IncomingHttpHeaders, body: Buffer) => Promise<BackendAnswer>;
  readonly close: () => void;
};

export function createBackend(endpoint: string): Backend {
  const url = new URL(endpoint);
  const isTls = url.protocol === 'https:';
  const agent = isTls ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const open = isTls ? tlsRequest : request;
  return {
    send: async (headers, body) => {
      const outgoing = open(url, { method: 'POST', agent, headers: { ...onwards(headers), host: url.host } });
      // Heard below, or by whoever reads the answer; one that comes after both must not end the local cloud.
      outgoing.on('error', () => {});
      outgoing.end(body);
      const response: IncomingMessage = (await once(outgoing, 'response'))[0];
      const { statusCode: status = 502 } = response;
      return { status, headers: backwards(response.headers), body: await buffer(response) };
    },
    close: () => agent.destroy(),
  };
}

// Some emulators keep a database for each access key: everyone is the one who made the tables. None of them checks the
// signature, which the door has done.
function onwards(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const { connection, 'content-length': length, 'transfer-encoding': encoding, authorization = '', ...rest } = headers;
  return { ...rest, authorization: authorization.replace(/Credential=[^/]+/, 'Credential=local') };
}

function backwards(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const {
    connection,
    'keep-alive': keepAlive,
    'transfer-encoding': encoding,
    'content-length': length,
    ...rest
  } = headers;
  return rest;
}
