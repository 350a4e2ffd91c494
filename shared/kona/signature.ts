import { createHmac } from 'node:crypto';
import type { TransactionTime } from './transaction-time.ts';

/**
 * The value of X-KM-Tran-Token: `KMV1:<17 digits>:<Base64 of HMAC-SHA256>`, 67 characters.
 * `body` is the very bytes that are sent; with message encryption that is the `{"encData":…}` text.
 */
export function transactionToken(secretKey: string, time: TransactionTime, body: Uint8Array): string {
  const signature = createHmac('sha256', secretKey).update(body).digest('base64');
  return `KMV1:${time.digits17}:${signature}`;
}
