import { createHmac, randomBytes } from 'node:crypto';

export type Secret = { readonly aspId: string; readonly accessKey: string; readonly secretKey: string };

/** KONA PLATE's headers for a body, in Korean time, and the ID that the call goes by. */
export function signed({ aspId, accessKey, secretKey }: Secret, body: string, now: number) {
  const digits = new Date(now + 9 * 3_600_000).toISOString().replace(/\D/g, '');
  const correlationId = `${digits.slice(2, 14)}-${randomBytes(4).toString('hex').slice(0, 7)}`;
  const headers = {
    'X-KM-User-AspId': aspId,
    'X-KM-Correlation-Id': correlationId,
    'X-KM-Access-Key': accessKey,
    'X-KM-Tran-Token': `KMV1:${digits}:${createHmac('sha256', secretKey).update(body).digest('base64')}`,
    'X-KM-Tran-Time': digits.slice(0, 14),
    'X-KM-Time-Zone': 'KST',
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
  };
  return { correlationId, headers };
}
