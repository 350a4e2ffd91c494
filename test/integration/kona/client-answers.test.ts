import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { aCall, answer, keyId, par, platformAt, type RawAnswer, secret, success } from './given-platform.ts';
import { startPeer } from './raw-peer.ts';

async function outcomeOf(raw: RawAnswer): Promise<CallOutcome> {
  const peer = await startPeer((socket, request) => socket.write(answer(request, raw)));
  const outcome = await platformAt(peer.port, { refusalCodes: new Set(['003_099']) }).call(aCall);
  expect(peer.requests).toHaveLength(1);
  return outcome;
}

const refusal = (code: string, description: string) => ({ response: { code, description } });

describe('a success', () => {
  // failures: F064
  it('is a 200 with 000_000 and a list', async () => {
    expect(await outcomeOf({})).toEqual({
      kind: 'answered',
      httpStatus: 200,
      code: '000_000',
      description: 'success',
      keyId,
      listed: [{ par }],
      breaches: [],
    });
  });

  it('may list no card at all, which is for the domain to judge', async () => {
    expect(await outcomeOf({ body: { ...success, namedResultList: [] } })).toMatchObject({
      kind: 'answered',
      listed: [],
    });
  });

  it('may begin with a byte order mark, and after informational answers', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n';
    const peer = await startPeer((socket, request) => {
      socket.write(early);
      socket.write(answer(request, { body: `\ufeff${JSON.stringify(success)}` }));
    });

    expect(await platformAt(peer.port).call(aCall)).toMatchObject({ kind: 'answered' });
  });

  it.each([
    ['gzip', gzipSync],
    ['X-GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', (text: string) => Buffer.from(text)],
  ])('may come compressed as %s', async (encoding, compress) => {
    const body = compress(JSON.stringify(success));

    expect(await outcomeOf({ headers: [`Content-Encoding: ${encoding}`], body })).toMatchObject({ kind: 'answered' });
  });

  it('may take a whole megabyte, and no byte more', async () => {
    const text = JSON.stringify(success);
    const padded = (length: number) => text + ' '.repeat(length - text.length);

    expect(await outcomeOf({ body: padded(1_048_576) })).toMatchObject({ kind: 'answered' });
    expect(await outcomeOf({ body: padded(1_048_577) })).toMatchObject({ kind: 'unknown', reason: 'too_large' });
  });
});

describe('a 200 that is no success is unknown', () => {
  it.each<[string, string, RawAnswer['body']]>([
    ['HTML', 'not_json', '<html><body>Welcome</body></html>'],
    ['an empty body', 'not_json', ''],
    ['half of a JSON', 'not_json', JSON.stringify(success).slice(0, -3)],
    ['null', 'not_an_object', null],
    ['an array', 'not_an_object', [success]],
    ['a text', 'not_an_object', '"000_000"'],
    ['broken UTF-8', 'not_utf8', Buffer.from(JSON.stringify(success).replace('success', '\xff\xfe'), 'latin1')],
    ['another code', 'other_code', { ...success, response: { code: '003_021', description: 'cannot find par' } }],
    ['no code', 'no_code', { namedResultList: [{ par }] }],
    ['a code of a wrong type', 'no_code', { ...success, response: { code: 0 } }],
    ['no list', 'no_list', { response: success.response }],
    ['a list with a card without PAR', 'no_list', { ...success, namedResultList: [{ par }, {}] }],
    ['an encrypted answer and no key for it', 'no_key_to_decrypt', { encData: 'a.b.c.d.e' }],
    // failures: F068
  ])('with %s: %s', async (_name, reason, body) => {
    expect(await outcomeOf({ body })).toMatchObject({ kind: 'unknown', httpStatus: 200, reason });
  });

  it.each([
    ['gzip that is none', 'gzip', Buffer.from(JSON.stringify(success))],
    ['gzip cut off', 'gzip', gzipSync(JSON.stringify(success)).subarray(0, -9)],
    ['a gzip bomb', 'gzip', gzipSync(Buffer.alloc(50_000_000, 0x20))],
    ['an encoding nobody knows', 'zstd', Buffer.from(JSON.stringify(success))],
    ['two encodings', 'gzip, gzip', gzipSync(gzipSync(JSON.stringify(success)))],
    // failures: F068
  ])('with %s', async (_name, encoding, body) => {
    expect(await outcomeOf({ headers: [`Content-Encoding: ${encoding}`], body })).toMatchObject({
      kind: 'unknown',
      reason: 'unreadable_encoding',
    });
  });
});

describe('a refusal', () => {
  it.each([
    ['400 Bad Request', '003_021', 'cannot find par', 'not_found'],
    ['400 Bad Request', '003_050', 'all named process has been completed', 'already_named'],
    ['400 Bad Request', '003_022', 'card terminated', 'card_refused'],
    ['400 Bad Request', '003_099', 'named by the setting', 'card_refused'],
    ['400 Bad Request', '000_002', 'Invalid or empty value : bizLicenseNo', 'corporation_fault'],
    ['400 Bad Request', '000_104', 'Invalid signature', 'credentials_refused'],
    ['401 Unauthorized', '000_104', 'who are you', 'credentials_refused'],
  ])('%s %s "%s" means %s', async (status, code, description, meaning) => {
    expect(await outcomeOf({ status, body: refusal(code, description) })).toEqual({
      kind: 'refused',
      httpStatus: Number(status.slice(0, 3)),
      code,
      description,
      meaning,
      keyId,
      breaches: [],
    });
  });

  it.each(['401 Unauthorized', '403 Forbidden'])('%s needs no words', async (status) => {
    expect(await outcomeOf({ status, body: '<html>no</html>' })).toMatchObject({
      kind: 'refused',
      meaning: 'credentials_refused',
    });
  });

  it('keeps none of our keys that KONA PLATE may quote', async () => {
    const description = `access key ${secret.accessKey} with ${secret.secretKey} is unknown`;
    const outcome = await outcomeOf({ status: '400 Bad Request', body: refusal('000_101', description) });

    expect(outcome).toMatchObject({
      meaning: 'credentials_refused',
      description: 'access key *** with *** is unknown',
    });
  });
});

describe('any other status is unknown', () => {
  it.each([
    ['201 Created', 'http_2xx'],
    ['302 Found', 'http_3xx'],
    ['404 Not Found', 'http_404'],
    ['405 Method Not Allowed', 'http_4xx'],
    ['408 Request Timeout', 'http_408'],
    ['500 Internal Server Error', 'http_5xx'],
    ['502 Bad Gateway', 'http_5xx'],
    ['504 Gateway Timeout', 'http_5xx'],
  ])('%s, though its body tells of success: %s', async (status, reason) => {
    const httpStatus = Number(status.slice(0, 3));

    expect(await outcomeOf({ status })).toMatchObject({ kind: 'unknown', httpStatus, reason, code: '000_000' });
  });

  // failures: F076
  it('400 without a code that can be read', async () => {
    const status = '400 Bad Request';

    expect(await outcomeOf({ status, body: '<html>' })).toMatchObject({ kind: 'unknown', reason: 'not_json' });
    expect(await outcomeOf({ status, body: {} })).toMatchObject({ kind: 'unknown', reason: 'no_code' });
  });

  it.each(['001_006', '003_098', '000_999', '900_001'])('400 with the code %s, which is kept', async (code) => {
    const body = refusal(code, '점검 중입니다');

    expect(await outcomeOf({ status: '400 Bad Request', body })).toEqual({
      ...{ kind: 'unknown', httpStatus: 400, reason: 'unclear_code', code, description: '점검 중입니다' },
      ...{ retryAfterMs: undefined, breaches: [] },
    });
  });

  // failures: F079
  it('and a redirect is not followed', async () => {
    const elsewhere = await startPeer((socket, request) => socket.write(answer(request, {})));
    const headers = [`Location: http://127.0.0.1:${elsewhere.port}/`];

    expect(await outcomeOf({ status: '307 Temporary Redirect', headers })).toMatchObject({ reason: 'http_3xx' });
    expect(elsewhere.connections()).toBe(0);
  });

  it.each([
    ['503 Service Unavailable', '30', 30_000],
    ['503 Service Unavailable', 'Sun, 22 Nov 2026 01:16:00 GMT', 59_993],
    ['503 Service Unavailable', 'soon', undefined],
    // failures: F079
  ])('%s with Retry-After: %s says how long to wait', async (status, retryAfter, waitMs) => {
    const outcome = await outcomeOf({ status, headers: [`Retry-After: ${retryAfter}`], body: '<html>' });

    expect(outcome).toMatchObject({ kind: 'unknown' });
    expect(outcome).toHaveProperty('retryAfterMs', waitMs);
  });
});

describe('a 429', () => {
  const status = '429 Too Many Requests';

  it.each([
    ['30', 30_000],
    ['Sun, 22 Nov 2026 01:16:00 GMT', 59_993],
    ['soon', undefined],
    // failures: F097
  ])('asks for fewer calls, and with Retry-After: %s says for how long', async (retryAfter, retryAfterMs) => {
    const headers = [`Retry-After: ${retryAfter}`];
    const limited = { kind: 'limited', httpStatus: 429, retryAfterMs, breaches: [] };

    expect(await outcomeOf({ status, headers, body: '<html>' })).toMatchObject(limited);
  });

  it('needs no Retry-After; what its body says is kept, even a code that judges cards', async () => {
    const body = refusal('003_021', 'cannot find par');

    expect(await outcomeOf({ status, body })).toEqual({
      ...{ kind: 'limited', httpStatus: 429, code: '003_021', description: 'cannot find par' },
      ...{ retryAfterMs: undefined, breaches: [] },
    });
  });
});
