import { type Answer, refusalAnswer, refusalAs, withHeaders } from './answer.ts';
import { encrypted, garbledOk, garbledRefusal, padded } from './garble.ts';
import type { Verdict } from './judge.ts';
import type { Wording } from './long-text.ts';
import type { PlayedMisbehaviour } from './misbehaviour.ts';
import { relisted } from './relist.ts';

/** How the bytes of an answer go over the line, if they do. */
export type Delivery =
  | { readonly how: 'whole' }
  | { readonly how: 'slow_headers'; readonly everyMs: number }
  | { readonly how: 'dripping_body'; readonly everyMs: number }
  | { readonly how: 'cut'; readonly framing: 'content_length' | 'chunked' | 'until_close' }
  | { readonly how: 'reset' }
  | { readonly how: 'never' };

/** A verdict as a misbehaviour (or none) plays it out. */
export type Play = {
  /** Which cards are truly named. */
  readonly names: readonly string[];
  /** Only this long after the caller has hung up; else before the answer. */
  readonly lateMs?: number | undefined;
  readonly answer: Answer;
  readonly delivery: Delivery;
};

export const whole: Delivery = { how: 'whole' };

export type PlayedCall = {
  /** Where the call came in, for a redirect to lead back to. */
  readonly here: string;
  readonly wording: Wording;
};

export function play(verdict: Verdict, played: PlayedMisbehaviour | undefined, { here, wording }: PlayedCall): Play {
  const honest: Play = { names: verdict.names, answer: verdict.answer, delivery: whole };
  if (played === undefined) return honest;
  const inTime = 'when' in played && played.when === 'before' ? { ...honest, names: [] } : honest;
  switch (played.kind) {
    case 'reset_unread':
      return { ...honest, names: [], delivery: { how: 'reset' } };
    case 'reset':
      return { ...inTime, delivery: { how: 'reset' } };
    case 'hang':
      return { ...inTime, delivery: { how: 'never' } };
    case 'commit_late':
      return { ...honest, lateMs: played.commitAfterMs, delivery: { how: 'never' } };
    case 'slow_headers':
      return { ...honest, delivery: { how: 'slow_headers', everyMs: played.everyMs } };
    case 'dripping_body':
      return { ...honest, delivery: { how: 'dripping_body', everyMs: played.everyMs } };
    case 'cut_body':
      return { ...honest, delivery: { how: 'cut', framing: played.framing } };
    case 'garbled_ok':
      return { ...inTime, answer: garbledOk(played.form, verdict) };
    case 'ok_other_code':
      return { ...inTime, answer: refusalAnswer(wording.refusal({ code: played.code, description: 'Unknown' }), 200) };
    case 'list_omits':
    case 'list_adds':
    case 'list_words':
    case 'list_twice':
      // A refused call has no list to tamper with: it is answered truly.
      return verdict.listed === undefined ? honest : relisted(honest, verdict.listed, { played, wording });
    case 'echo':
      return { ...honest, answer: { ...verdict.answer, echo: played.correlationId } };
    case 'huge_body':
      return { ...honest, answer: padded(verdict.answer, played.bytes, played.gzip) };
    case 'enc_data':
      return { ...honest, answer: encrypted(verdict.answer, played.publicKeyPem) };
    case 'garbled_refusal':
      return { ...inTime, answer: garbledRefusal(played.form) };
    case 'refusal':
      return { ...inTime, answer: refusalAnswer(wording.refusal(played)) };
    case 'http_status':
      return { ...inTime, answer: statusAnswer(played, { here, wording }) };
    default:
      return played satisfies never;
  }
}

function statusAnswer(
  { status, body, code, retryAfter }: Extract<PlayedMisbehaviour, { kind: 'http_status' }>,
  { here, wording }: PlayedCall,
): Answer {
  return withHeaders(refusalAs(body, wording.refusal({ code, description: `HTTP ${status}` }), status), {
    ...(retryAfter === undefined ? {} : { 'Retry-After': retryAfter }),
    // Back to the call itself: a client that follows it would send twice, and the request log would show it.
    ...(status < 400 && status !== 304 ? { Location: here } : {}),
  });
}
