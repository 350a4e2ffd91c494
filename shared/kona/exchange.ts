import http, { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { ConnectionPool } from './connection-pool.ts';

// One POST over one socket, never repeated. What matters most here is to know whether a byte can have left. Node holds
// all of a request back until `end` is called, and `end` is called only once the socket is connected (with TLS: once
// the handshake is done and the certificate is believed). So every failure before that is surely `not_sent`; a failure
// after it, on a fresh socket as on a reused one, is not.

export type ExchangeRequest = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly pool: ConnectionPool;
  /** For DNS, TCP and TLS together. */
  readonly connectTimeoutMs: number;
  /** Raised when the time for the whole call is over. */
  readonly deadline: AbortSignal;
  /** The most that is read of an answer's body. */
  readonly bytesMax: number;
};

export type Exchange =
  /** An answer with its whole body, still compressed if it came so. */
  | {
      readonly kind: 'whole';
      readonly httpStatus: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Buffer;
    }
  /** It may have been sent; no whole answer came. */
  | {
      readonly kind: 'broken';
      readonly reason: string;
      readonly httpStatus?: number | undefined;
      readonly headers?: IncomingHttpHeaders | undefined;
    }
  | { readonly kind: 'not_sent'; readonly reason: string };

/** Sends the request once. Resolves in every case, and leaves no timer, listener or half-read socket behind. */
export function exchange(request: ExchangeRequest): Promise<Exchange> {
  const { url, headers, body, pool, connectTimeoutMs, deadline, bytesMax } = request;
  if (deadline.aborted) return Promise.resolve({ kind: 'not_sent', reason: 'no_time_left' });
  pool.retireIdle();

  return new Promise((resolve) => {
    let stage: Stage = 'connect';
    let answer: IncomingMessage | undefined;
    let hasEnded = false;
    const scheme = url.protocol === 'https:' ? https : http;
    const sending = scheme.request(url, { method: 'POST', headers, agent: pool.agent });

    const end = (result: Exchange): void => {
      if (hasEnded) return;
      hasEnded = true;
      clearTimeout(connecting);
      deadline.removeEventListener('abort', onTimeout);
      // A socket with a whole answer behind it goes back to the pool; any other must never be used again.
      if (result.kind !== 'whole') sending.destroy();
      resolve(result);
    };
    const fail = (reason: string): void => {
      if (stage !== 'sent') end({ kind: 'not_sent', reason });
      else end({ kind: 'broken', reason, httpStatus: answer?.statusCode, headers: answer?.headers });
    };
    const onTimeout = (): void => fail(stage === 'sent' ? 'timeout' : 'connect_timeout');
    const connecting = setTimeout(onTimeout, connectTimeoutMs);
    deadline.addEventListener('abort', onTimeout);

    // Stays to the end: an error that comes after the answer (EPIPE, say) must find a listener.
    sending.on('error', (error) => fail(stage === 'sent' ? brokenBy(error, answer) : notSentBy(error, stage)));
    // Some ends come without an error, a `101 Switching Protocols` for one.
    sending.on('close', () => fail(brokenBy(undefined, answer)));
    whenConnected(sending, pool, {
      onTlsBegins: () => {
        stage = 'tls';
      },
      onConnected: () => {
        clearTimeout(connecting);
        stage = 'sent';
        sending.end(body);
      },
    });
    sending.on('response', (response) => {
      answer = response;
      // By the end of the answer Node has taken the socket from it.
      const { socket } = response;
      collect(response, bytesMax, fail, (whole) => {
        pool.markUsable(socket);
        end({ kind: 'whole', httpStatus: response.statusCode ?? 0, headers: response.headers, body: whole });
      });
    });
  });
}

type Stage = 'connect' | 'tls' | 'sent';

type ConnectionEvents = { readonly onTlsBegins: () => void; readonly onConnected: () => void };

/** Node hands the socket over before it is connected if it is fresh, and at once if it comes from the pool. */
function whenConnected(
  sending: ClientRequest,
  pool: ConnectionPool,
  { onTlsBegins, onConnected }: ConnectionEvents,
): void {
  sending.on('socket', (socket) => {
    if (pool.isReused(socket)) return onConnected();
    const isTls = sending.protocol === 'https:';
    if (isTls) socket.once('connect', onTlsBegins);
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      pool.markUsable(socket);
      onConnected();
    });
  });
}

function collect(
  response: IncomingMessage,
  bytesMax: number,
  onFailure: (reason: string) => void,
  onWhole: (body: Buffer) => void,
): void {
  const pieces: Buffer[] = [];
  let size = 0;
  response.on('data', (piece: Buffer) => {
    size += piece.length;
    if (size > bytesMax) onFailure('too_large');
    else pieces.push(piece);
  });
  response.on('error', () => onFailure('cut_off'));
  // Node ends a body that is shorter than its length with an error. One without a length that was cut off is whole as
  // far as HTTP knows: whether it is, its JSON must tell.
  response.on('end', () => onWhole(Buffer.concat(pieces)));
}

/** A short machine word: `dns_enotfound`, `connect_econnrefused`, `tls_cert_has_expired`. */
function notSentBy(error: NodeJS.ErrnoException, stage: 'connect' | 'tls'): string {
  const step = error.syscall === 'getaddrinfo' ? 'dns' : stage;
  return `${step}_${(error.code ?? 'error').toLowerCase()}`;
}

function brokenBy(error: NodeJS.ErrnoException | undefined, answer: IncomingMessage | undefined): string {
  if (error?.code?.startsWith('HPE_')) return 'malformed_http';
  return answer === undefined ? 'reset' : 'cut_off';
}
