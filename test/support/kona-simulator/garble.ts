import { gzipSync } from 'node:zlib';
import { type Answer, emptyAnswer, htmlAnswer, jsonAnswer, withHeaders } from './answer.ts';
import type { Verdict } from './judge.ts';
import { encryptToJwe, sealedJwe } from './jwe.ts';
import type { PlayedMisbehaviour } from './misbehaviour.ts';

type Form<Kind extends PlayedMisbehaviour['kind']> = Extract<PlayedMisbehaviour, { kind: Kind; form: string }>['form'];

/** HTTP 200 with something else than the platform promises. */
export function garbledOk(form: Form<'garbled_ok'>, { answer, listed }: Verdict): Answer {
  switch (form) {
    case 'html':
      return htmlAnswer(200);
    case 'empty':
      return emptyAnswer(200);
    case 'null':
      return jsonAnswer(200, null);
    case 'array':
      return jsonAnswer(200, [{ response: { code: '000_000', description: 'Success' } }]);
    case 'wrong_types':
      return jsonAnswer(200, { response: { code: 0, description: {} }, namedResultList: { par: listed?.length ?? 0 } });
    case 'no_code':
      return jsonAnswer(200, { namedResultList: listed ?? [] });
    case 'broken_utf8':
      return { ...answer, status: 200, body: withBrokenByte(answer.body) };
    default:
      return form satisfies never;
  }
}

/** HTTP 400 without a code that anyone could read. */
export function garbledRefusal(form: Form<'garbled_refusal'>): Answer {
  switch (form) {
    case 'html':
      return htmlAnswer(400);
    case 'empty':
      return emptyAnswer(400);
    case 'no_code':
      return jsonAnswer(400, { response: { description: 'Bad Request' } });
    default:
      return form satisfies never;
  }
}

export function padded(answer: Answer, bytes: number, gzip: boolean): Answer {
  // Blanks after the last brace: the JSON stays whole, and means what it meant.
  const body = Buffer.concat([answer.body, Buffer.alloc(bytes, ' ')]);
  return gzip ? { ...withHeaders(answer, { 'Content-Encoding': 'gzip' }), body: gzipSync(body) } : { ...answer, body };
}

export function encrypted(answer: Answer, publicKeyPem: string | undefined): Answer {
  const encData = publicKeyPem === undefined ? sealedJwe : encryptToJwe(answer.body, publicKeyPem);
  return { ...jsonAnswer(answer.status, { encData }), code: answer.code };
}

/** 0xFF occurs nowhere in UTF-8. It lands within the first text of a JSON object. */
const withBrokenByte = (body: Buffer): Buffer => {
  const at = body.indexOf('":"') + 3;
  return Buffer.concat([body.subarray(0, at), Buffer.from([0xff]), body.subarray(at)]);
};
