import { expect, it } from 'vitest';
import { type SignedRequest, verifySignature } from '../../../infra/local/aws/iam/signature.ts';

// Known answers from @smithy/signature-v4 5.7, as it signs for S3: the path encoded once, and the body by what a header
// says of it.

const signers = [{ accessKeyId: 'AKIALOCALCALLER00001', secretAccessKey: 'local-secret-of-caller' }];
const verify = (request: SignedRequest, service = 's3') =>
  verifySignature(request, {
    ...{ signers, service, region: 'ap-northeast-2', now: Date.UTC(2026, 10, 22, 23, 26, 15) },
  });

const sum = '9a83216fbfedcf6d0394a74f6e096009bf46de52b097c01477b26faf851cea89';
const signature = '9c90f8f79134a4d84d948367a2a70d1bd4ae1350c87d1ca9fc07c34e7297c5cd';
const unsignedBody = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
const unsignedBodySignature = '687943d6e3e41670786bcf17425436c2474e50b5eaa4e691fe17c41c631cd4ce';

const put = (body: string, told: string, signed: string, target = '/bucket/a%20b'): SignedRequest => ({
  ...{ method: 'PUT', target, body: Buffer.from(body) },
  rawHeaders: [
    ...['host', '127.0.0.1:38999', 'x-amz-content-sha256', told, 'x-amz-date', '20261122T232615Z'],
    'authorization',
    `AWS4-HMAC-SHA256 Credential=AKIALOCALCALLER00001/20261122/ap-northeast-2/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signed}`,
  ],
});

it('recognises a signature over the body', () => {
  expect(verify(put('{"x":"가"}', sum, signature))).toBe(signers[0]);
});

it('recognises a signature that leaves the body out, as of a stream', () => {
  expect(verify(put('5\r\nhello\r\n0\r\n\r\n', unsignedBody, unsignedBodySignature))).toBe(signers[0]);
});

it.each([
  ['another body than the one that was summed up', put('{"x":"나"}', sum, signature)],
  ['a signed body that is said to be left out', put('{"x":"가"}', unsignedBody, signature)],
  ['another path', put('{"x":"가"}', sum, signature, '/bucket/a%20c')],
])('does not recognise it over %s', (_, request) => {
  expect(verify(request)).toBeUndefined();
});

it('does not take it for another service', () => {
  expect(verify(put('{"x":"가"}', sum, signature), 'sqs')).toBeUndefined();
});
