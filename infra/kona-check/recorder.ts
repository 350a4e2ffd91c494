import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest, IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { type Exchange, type ExchangeRequest, exchange as overHttp } from '../../shared/kona/exchange.ts';

// What went over the wire. The client's own exchange carries it; this only looks on, so nothing is sent or read otherwise.

export type RecordedExchange = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly result: Exchange;
  /** Absent if no status line came. */
  readonly head?: AnswerHead | undefined;
  /** What came of the answer's body, compressed if it came so; it may be cut off. */
  readonly answerBody: Buffer;
  readonly durationMs: number;
};

export type AnswerHead = {
  readonly statusLine: string;
  /** As they came: order, case and repetitions. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** `TLSv1.3, TLS_AES_128_GCM_SHA256`; absent without TLS. */
  readonly tls?: string | undefined;
};

export type Recorder = {
  readonly exchange: typeof overHttp;
  /** The exchange since the last time it was asked for; undefined: none was made. */
  readonly take: () => RecordedExchange | undefined;
};

/** Published by Node.js when a client has read the head of an answer. */
const answerChannel = 'http.client.response.finish';

export function createRecorder(): Recorder {
  let recorded: RecordedExchange | undefined;
  return {
    async exchange(request) {
      const seen = watchAnswer(request);
      const begun = performance.now();
      try {
        const result = await overHttp(request);
        const durationMs = Math.round(performance.now() - begun);
        const { url, headers, body } = request;
        const answerBody = result.kind === 'whole' ? result.body : seen.body();
        recorded = { url, headers, body, result, head: seen.head(), answerBody, durationMs };
        return result;
      } finally {
        seen.end();
      }
    },
    take() {
      const taken = recorded;
      recorded = undefined;
      return taken;
    },
  };
}

function watchAnswer({ headers }: ExchangeRequest) {
  let head: AnswerHead | undefined;
  const pieces: Buffer[] = [];
  const onAnswer = (message: unknown): void => {
    if (!isAnswer(message)) return;
    const { request, response } = message;
    if (request.getHeader('X-KM-Correlation-Id') !== headers['X-KM-Correlation-Id']) return;
    head = headOf(response);
    response.on('data', (piece: Buffer) => pieces.push(piece));
  };
  subscribe(answerChannel, onAnswer);
  return {
    head: () => head,
    body: () => Buffer.concat(pieces),
    end: () => void unsubscribe(answerChannel, onAnswer),
  };
}

type AnswerMessage = { readonly request: ClientRequest; readonly response: IncomingMessage };

const isAnswer = (message: unknown): message is AnswerMessage =>
  typeof message === 'object' &&
  message !== null &&
  'request' in message &&
  message.request instanceof ClientRequest &&
  'response' in message &&
  message.response instanceof IncomingMessage;

function headOf({ httpVersion, statusCode, statusMessage, rawHeaders, socket }: IncomingMessage): AnswerHead {
  const headers = Array.from(
    { length: rawHeaders.length / 2 },
    (_, index) => [rawHeaders[2 * index] ?? '', rawHeaders[2 * index + 1] ?? ''] as const,
  );
  const tls = socket instanceof TLSSocket ? `${socket.getProtocol()}, ${socket.getCipher().name}` : undefined;
  return { statusLine: `HTTP/${httpVersion} ${statusCode} ${statusMessage}`.trimEnd(), headers, tls };
}
