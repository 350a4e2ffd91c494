import { describe, expect, it } from 'vitest';
import { type SignedRequest, verifySignature } from '../../../infra/local/aws/iam/signature.ts';

// Known answers from two other implementations: curl 7.88 (--aws-sigv4) and @smithy/signature-v4 5.7.

const signers = [
  { accessKeyId: 'AKIALOCALCALLER00001', secretAccessKey: 'local-secret-of-caller' },
  { accessKeyId: 'AKIALOCALCALLER00002', secretAccessKey: 'another' },
];
const signedAt = Date.UTC(2026, 10, 22, 23, 26, 15);
const verify = (request: SignedRequest, { service = 'execute-api', region = 'ap-northeast-2', now = signedAt } = {}) =>
  verifySignature(request, { signers, service, region, now });

const authorization = (names: string, signature: string, keyId = 'AKIALOCALCALLER00001') =>
  `AWS4-HMAC-SHA256 Credential=${keyId}/20261122/ap-northeast-2/execute-api/aws4_request, SignedHeaders=${names}, Signature=${signature}`;

const byCurl = (target: string, signature: string, keyId?: string): SignedRequest => ({
  method: 'GET',
  target,
  body: Buffer.alloc(0),
  rawHeaders: [
    'Host',
    '127.0.0.1:38999',
    'Authorization',
    authorization('host;x-amz-date', signature, keyId),
    'X-Amz-Date',
    '20261122T232615Z',
  ],
});
const plain = 'a6f03c685e9db4b50b360f87909d9d4d7de49d692cc793812f2746042b340645';

const bySdk = (changes: Partial<SignedRequest> = {}): SignedRequest => ({
  method: 'POST',
  // Signed as a=%20c, a=b, b=2%20x: the order on the wire does not matter. The path is encoded twice.
  target: '/v1/c%20d?b=2%20x&a=b&a=%20c',
  body: Buffer.from('{"x":"가"}'),
  rawHeaders: [
    'host',
    '127.0.0.1:38999',
    'content-type',
    'application/json',
    'x-amz-date',
    '20261122T232615Z',
    'x-amz-content-sha256',
    '9a83216fbfedcf6d0394a74f6e096009bf46de52b097c01477b26faf851cea89',
    'authorization',
    authorization(
      'content-type;host;x-amz-content-sha256;x-amz-date',
      'b1d595a1637f95e0360f31b0dc4e8850c527cf0646da6af8ca98fd3c65a86b92',
    ),
  ],
  ...changes,
});

describe('a signature by AWS Signature Version 4', () => {
  it('is recognised as curl makes it', () => {
    expect(verify(byCurl('/v1/cards/Q1', plain))).toBe(signers[0]);
    const withQuery = '14418b64cb8aad38d18aa0e634cafd0a22830dd140c569be8c800276dfcc515a';
    expect(verify(byCurl('/v1/cards/Q1?a=b', withQuery))).toBe(signers[0]);
  });

  it('is recognised as an SDK makes it: body, encoded path, query in any order', () => {
    expect(verify(bySdk())).toBe(signers[0]);
  });

  it.each<[string, Partial<SignedRequest>]>([
    ['body', { body: Buffer.from('{"x":"나"}') }],
    ['method', { method: 'PUT' }],
    ['path', { target: '/v1/c%20e?b=2%20x&a=b&a=%20c' }],
    ['query', { target: '/v1/c%20d?b=2%20x&a=b' }],
    ['signed header', { rawHeaders: bySdk().rawHeaders.map((text) => text.replace('application/json', 'text/plain')) }],
  ])('is void once the %s was changed', (_, changes) => {
    expect(verify(bySdk(changes))).toBeUndefined();
  });

  it('is void under another key, for another service, in another region, and five minutes off', () => {
    expect(verify(byCurl('/v1/cards/Q1', plain, 'AKIALOCALCALLER00002'))).toBeUndefined();
    expect(verify(byCurl('/v1/cards/Q1', plain, 'AKIAUNKNOWN'))).toBeUndefined();
    expect(verify(byCurl('/v1/cards/Q1', plain), { region: 'us-east-1' })).toBeUndefined();
    expect(verify(byCurl('/v1/cards/Q1', plain), { service: 'dynamodb' })).toBeUndefined();
    expect(verify(byCurl('/v1/cards/Q1', plain), { now: signedAt + 5 * 60_000 })).toBe(signers[0]);
    expect(verify(byCurl('/v1/cards/Q1', plain), { now: signedAt + 5 * 60_000 + 1 })).toBeUndefined();
    expect(verify(byCurl('/v1/cards/Q1', plain), { now: signedAt - 5 * 60_000 })).toBe(signers[0]);
    expect(verify(byCurl('/v1/cards/Q1', plain), { now: signedAt - 5 * 60_000 - 1 })).toBeUndefined();
  });

  it('is void without a date, and as any other text', () => {
    const { rawHeaders, ...request } = byCurl('/v1/cards/Q1', plain);
    expect(verify({ ...request, rawHeaders: rawHeaders.slice(0, 4) })).toBeUndefined();
    expect(verify({ ...request, rawHeaders: ['Authorization', 'Bearer x'] })).toBeUndefined();
  });
});
