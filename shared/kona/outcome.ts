import type { IncomingHttpHeaders } from 'node:http';
import type { Breach, CallOutcome } from '../limit-increase/ports.ts';
import type { Instant } from '../limit-increase/terms.ts';
import type { ReadAnswer } from './answer.ts';
import type { NamedCardAnswer } from './contract.ts';
import { readRefusal, successCode } from './reading-table.ts';
import { retryAfterMs } from './retry-after.ts';

// From an answer to the outcome that the domain works with. Everything that is not clearly a success or a refusal is
// `unknown`: the cards may or may not have been named.

export type Answer = {
  readonly httpStatus: number;
  readonly headers: IncomingHttpHeaders;
  readonly said: ReadAnswer;
};

export type AnsweredCall = {
  /** As it was sent. */
  readonly correlationId: string;
  /** See `keyIdOf`. */
  readonly keyId: string;
  /** The moment from which a Retry-After counts. */
  readonly now: Instant;
  /** The setting `konaRefusalCodes`. */
  readonly refusalCodes: ReadonlySet<string>;
};

export function outcomeOf({ httpStatus, headers, said }: Answer, call: AnsweredCall): CallOutcome {
  const { correlationId, keyId, now, refusalCodes } = call;
  const fault = 'fault' in said ? said.fault : undefined;
  const { code, description, listed }: NamedCardAnswer = 'fault' in said ? {} : said;
  const words = { httpStatus, code, description };
  const breaches = breachesOf(headers, correlationId, code);
  const waitMs = retryAfterMs(headers['retry-after'], now);
  const unknown = (reason: string): CallOutcome => ({
    kind: 'unknown',
    ...words,
    reason,
    retryAfterMs: waitMs,
    breaches,
  });

  // It may be the answer to another call.
  // guard: other-call
  if (breaches.includes('correlation_id_differs')) return unknown('correlation_id_differs');

  if (httpStatus === 200) {
    if (fault !== undefined) return unknown(fault);
    if (code !== successCode) return unknown(code === undefined ? 'no_code' : 'other_code');
    if (listed === undefined) return unknown('no_list');
    return { kind: 'answered', ...words, keyId, listed, breaches };
  }
  if (httpStatus === 429) return { kind: 'limited', ...words, retryAfterMs: waitMs, breaches };

  const meaning = readRefusal({ httpStatus, code, description }, refusalCodes);
  if (meaning !== 'unclear') return { kind: 'refused', ...words, keyId, meaning, breaches };
  if (httpStatus === 400) return unknown(fault ?? (code === undefined ? 'no_code' : 'unclear_code'));
  return unknown(statusWord(httpStatus));
}

/** The echo is asked only of KONA PLATE itself: an error page of a proxy before it cannot know the ID. */
function breachesOf(headers: IncomingHttpHeaders, correlationId: string, code: string | undefined): readonly Breach[] {
  const echoed = headers['x-km-correlation-id'];
  if (echoed === undefined || echoed === '') return code === undefined ? [] : ['correlation_id_missing'];
  return echoed === correlationId ? [] : ['correlation_id_differs'];
}

/** Bounded in number, so that it can be counted by: `http_404`, `http_408`, else the class. */
function statusWord(httpStatus: number): string {
  if (httpStatus === 404 || httpStatus === 408) return `http_${httpStatus}`;
  return `http_${Math.floor(httpStatus / 100)}xx`;
}
