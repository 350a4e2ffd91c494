import type { IncomingHttpHeaders } from 'node:http';
import type { Breach, CallOutcome } from '../limit-increase/ports.ts';
import type { Instant } from '../limit-increase/terms.ts';
import type { ReadAnswer } from './answer.ts';
import type { NamedCardAnswer } from './contract.ts';
import { retryAfterMs } from './retry-after.ts';
import { meaningOfRefusal, successCode } from './return-codes.ts';

// From an answer to the word that the domain works with. Everything that is not clearly a success or a refusal is
// `unknown`: the cards may or may not have been named.

export type Answer = {
  readonly httpStatus: number;
  readonly headers: IncomingHttpHeaders;
  readonly said: ReadAnswer;
};

/** `correlationId` is the one that was sent, `now` the moment from which a Retry-After counts. */
export function outcomeOf({ httpStatus, headers, said }: Answer, correlationId: string, now: Instant): CallOutcome {
  const fault = 'fault' in said ? said.fault : undefined;
  const { code, description, listed }: NamedCardAnswer = 'fault' in said ? {} : said;
  const words = { httpStatus, code, description };
  const breaches = breachesOf(headers, correlationId, code);
  const unknown = (reason: string): CallOutcome => ({
    kind: 'unknown',
    ...words,
    reason,
    retryAfterMs: retryAfterMs(headers['retry-after'], now),
    breaches,
  });

  // It may be the answer to another call.
  if (breaches.includes('correlation_id_differs')) return unknown('correlation_id_differs');

  if (httpStatus === 200) {
    if (fault !== undefined) return unknown(fault);
    if (code !== successCode) return unknown(code === undefined ? 'no_code' : 'other_code');
    if (listed === undefined) return unknown('no_list');
    return { kind: 'answered', ...words, listed, breaches };
  }

  const meaning = meaningOfRefusal({ httpStatus, code, description });
  if (meaning !== 'unknown') return { kind: 'refused', ...words, meaning, breaches };
  return unknown(httpStatus === 400 ? (fault ?? 'no_code') : statusWord(httpStatus));
}

/** The echo is asked only of KONA PLATE itself: an error page of a proxy before it cannot know the ID. */
function breachesOf(headers: IncomingHttpHeaders, correlationId: string, code: string | undefined): readonly Breach[] {
  const echoed = headers['x-km-correlation-id'];
  if (echoed === undefined || echoed === '') return code === undefined ? [] : ['correlation_id_missing'];
  return echoed === correlationId ? [] : ['correlation_id_differs'];
}

/** Bounded in number, so that it can be counted by: `http_404`, `http_408`, `http_429`, else the class. */
function statusWord(httpStatus: number): string {
  if (httpStatus === 404 || httpStatus === 408 || httpStatus === 429) return `http_${httpStatus}`;
  return `http_${Math.floor(httpStatus / 100)}xx`;
}
