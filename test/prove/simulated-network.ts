import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange, ExchangeRequest } from '../../shared/kona/exchange.ts';
import type { Answer } from '../support/kona-simulator/answer.ts';
import { type Arrival, createExchange, type ExchangeDeps } from '../support/kona-simulator/exchange.ts';
import type { Delivery } from '../support/kona-simulator/play.ts';
import type { OnFault } from './on-fault.ts';
import type { Timeline } from './timeline.ts';

// The way to KONA PLATE and back without a socket: the same bytes, the same simulator behind it, in simulated time.

type NetworkFaults = {
  /** Of all calls, how many find no connection: surely not sent. */
  readonly refusedShare: number;
  /**
   * Of all answers, how many go to another call that waits, if one does, and are lost to their own. Only those that name
   * their call: one that bears no correlation ID and goes astray besides, nobody could tell from that call's own.
   */
  readonly strayShare: number;
};

export type NetworkDeps = {
  readonly platform: Omit<ExchangeDeps, 'clock' | 'wait'>;
  readonly timeline: Timeline;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly faults: () => NetworkFaults;
  readonly onFault: OnFault;
};

export function createSimulatedNetwork({ platform, timeline, random, faults, onFault }: NetworkDeps) {
  const arrive = createExchange({ ...platform, clock: timeline.now, wait: timeline.sleep });
  const waiting = new Set<(exchange: Exchange) => void>();
  const travelMs = (): number => 1 + Math.floor(random() * 60);

  return async (request: ExchangeRequest): Promise<Exchange> => {
    const { deadline } = request;
    await timeline.sleep(travelMs());
    if (deadline.aborted) return { kind: 'not_sent', reason: 'connect_timeout' };
    if (random() < faults().refusedShare) {
      onFault('network: connection refused');
      return { kind: 'not_sent', reason: 'connect_econnrefused' };
    }
    const { promise: answered, resolve: answer } = Promise.withResolvers<Exchange>();
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    waiting.add(answer);
    void answered.then(() => {
      waiting.delete(answer);
      close();
    });
    deadline.addEventListener('abort', () => answer({ kind: 'broken', reason: 'timeout' }));
    const arrival: Arrival = {
      start: {
        method: 'POST',
        path: request.url.pathname,
        headers: lowerCased(request.headers),
        correlationId: request.headers['X-KM-Correlation-Id'] ?? '',
      },
      readBody: async () => request.body,
      onClosed: (act) => void closed.then(act),
      deliver: async (said, delivery, lastByte) => {
        const { exchange, afterMs } = asItArrives(said, delivery, request.bytesMax);
        if (exchange === undefined) return closed;
        await timeline.sleep(afterMs + travelMs());
        lastByte();
        const [other] = [...waiting].filter((one) => one !== answer);
        const strays = other !== undefined && random() < faults().strayShare && namesItsCall(said);
        if (!strays) return answer(exchange);
        onFault('network: answer astray');
        other(exchange);
        answer({ kind: 'broken', reason: 'reset' });
      },
    };
    void arrive(arrival);
    return answered;
  };
}

type Arriving = { readonly exchange?: Exchange; readonly afterMs: number };

/** What the caller's socket would make of it. No exchange: it never hears a word. */
function asItArrives(said: Answer, delivery: Delivery, bytesMax: number): Arriving {
  const { status: httpStatus, body } = said;
  const headers = lowerCased(said.headers);
  const whole: Exchange =
    body.length > bytesMax
      ? { kind: 'broken', reason: 'too_large', httpStatus, headers }
      : { kind: 'whole', httpStatus, headers, body };
  switch (delivery.how) {
    case 'whole':
      return { exchange: whole, afterMs: 0 };
    case 'slow_headers':
    case 'dripping_body':
      return { exchange: whole, afterMs: delivery.everyMs * body.length };
    case 'cut': {
      const half = body.subarray(0, Math.floor(body.length / 2));
      // Without a length it ends like a whole answer: only its JSON can tell.
      if (delivery.framing === 'until_close')
        return { exchange: { kind: 'whole', httpStatus, headers, body: half }, afterMs: 0 };
      return { exchange: { kind: 'broken', reason: 'cut_off', httpStatus, headers }, afterMs: 0 };
    }
    case 'reset':
      return { exchange: { kind: 'broken', reason: 'reset' }, afterMs: 0 };
    case 'never':
      return { afterMs: 0 };
    default:
      return delivery satisfies never;
  }
}

const namesItsCall = ({ headers }: Answer): boolean => (lowerCased(headers)['x-km-correlation-id'] ?? '') !== '';

const lowerCased = (headers: Readonly<Record<string, string>>): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
