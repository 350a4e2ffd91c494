import type http from 'node:http';
import https from 'node:https';
import type { CallOutcome, Clock, Platform, PlatformCall } from '../limit-increase/ports.ts';
import { readAnswer } from './answer.ts';
import { createConnectionPool } from './connection-pool.ts';
import { assertCorrelationId, correlationIdOf } from './correlation-id.ts';
import type { CredentialSource } from './credentials.ts';
import { namedCardUrl } from './endpoint.ts';
import { exchange as overHttp } from './exchange.ts';
import { outcomeOf } from './outcome.ts';
import { signedRequest } from './request.ts';
import { retryAfterMs } from './retry-after.ts';
import { type Credentials, keyIdOf } from './secret.ts';
import { timeZoneNamed, transactionTime } from './transaction-time.ts';

/** Of an answer's body, as it comes and again after inflation. A hundred cards take some ten thousand. */
const answerBytesMax = 1_048_576;

export type PlatformDeps = {
  readonly baseUrl: string;
  /** What X-KM-Time-Zone says: `KST`, `UTC`, … */
  readonly timeZone: string;
  /** For DNS, TCP and TLS together. */
  readonly connectTimeoutMs: number;
  readonly messageEncryption: boolean;
  /** Further codes of HTTP 400 that refuse a card: the setting `konaRefusalCodes`. */
  readonly refusalCodes?: ReadonlySet<string> | undefined;
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  /** Seven fresh lower-case hex digits. */
  readonly randomHex: () => string;
  /** See `createKeepAliveAgent`. */
  readonly agent: http.Agent;
  /** What carries a request there and the answer back; absent: HTTP. */
  readonly exchange?: typeof overHttp | undefined;
  /** Acts so many milliseconds later, unless it is called off; absent: this process's timers. */
  readonly startTimer?: ((act: () => void, ms: number) => () => void) | undefined;
};

/**
 * KONA PLATE, as the domain knows it. Throws a RangeError if the settings cannot be meant; a call throws for nothing
 * that the network or the platform does, and never sends a request twice.
 */
export function createPlatform(deps: PlatformDeps): Platform {
  const { credentials, clock, agent, connectTimeoutMs, messageEncryption } = deps;
  const { exchange = overHttp, startTimer = processTimer, refusalCodes = new Set() } = deps;
  const url = namedCardUrl(deps.baseUrl);
  const timeZone = timeZoneNamed(deps.timeZone);
  if (agent instanceof https.Agent !== (url.protocol === 'https:')) {
    throw new RangeError('the agent speaks another protocol than konaBaseUrl');
  }
  const pool = createConnectionPool(agent, clock);

  async function callBefore(deadline: AbortSignal, call: PlatformCall): Promise<CallOutcome> {
    const used = await inTime(credentials, deadline);
    if (used === undefined) return { kind: 'not_sent', reason: 'credentials_unavailable' };
    const request = await signedRequest(call, used, { timeZone, messageEncryption });
    if (request === undefined) return { kind: 'not_sent', reason: 'encryption_keys_missing' };

    const sent = await exchange({ ...request, url, pool, connectTimeoutMs, deadline, bytesMax: answerBytesMax });
    if (sent.kind === 'not_sent') return sent;
    if (sent.kind === 'broken') {
      const { reason, httpStatus, headers } = sent;
      const waitMs = retryAfterMs(headers?.['retry-after'], clock());
      // The status line came whole, and a 429 needs no body.
      if (httpStatus === 429) return { kind: 'limited', httpStatus, retryAfterMs: waitMs, breaches: [] };
      // guard: not-sent
      return { kind: 'unknown', reason, httpStatus, retryAfterMs: waitMs, breaches: [] };
    }
    const { httpStatus, headers, body } = sent;
    const said = await readAnswer(body, headers['content-encoding'], used, answerBytesMax);
    const { correlationId } = call;
    const answered = { correlationId, keyId: keyIdOf(used), now: clock(), refusalCodes };
    const outcome = outcomeOf({ httpStatus, headers, said }, answered);
    if (outcome.kind === 'refused' && outcome.meaning === 'credentials_refused') credentials.markRefused(used);
    return outcome;
  }

  return {
    mintCorrelationId: (at) => correlationIdOf(transactionTime(at, timeZone), deps.randomHex()),

    async call(call) {
      assertCorrelationId(call.correlationId);
      if (call.timeoutMs <= 0) return { kind: 'not_sent', reason: 'no_time_left' };
      const deadline = new AbortController();
      const callOff = startTimer(() => deadline.abort(), call.timeoutMs);
      try {
        return await callBefore(deadline.signal, call);
      } finally {
        callOff();
      }
    },

    refreshCredentials: () => credentials.refresh(),
  };
}

function processTimer(act: () => void, ms: number): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}

/** Undefined if there are no credentials to be had before the deadline. */
function inTime(source: CredentialSource, deadline: AbortSignal): Promise<Credentials | undefined> {
  const late = new Promise<undefined>((resolve) => {
    deadline.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  // Why there are none was told to the source's own `onSecretFailure`.
  const had = source.current().catch(() => undefined);
  return Promise.race([had, late]);
}
