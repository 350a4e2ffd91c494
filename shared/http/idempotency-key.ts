import type { ApiRequest } from './api-request.ts';
import type { Fault } from './problem.ts';

const name = 'Idempotency-Key';

/** The caller's name for an order: 1 to 255 printable ASCII characters, no comma. */
export function readIdempotencyKey({ headers }: Pick<ApiRequest, 'headers'>): { key: string } | { fault: Fault } {
  const sent = headers['idempotency-key'];
  const fault = (detail: string) => ({ fault: { header: name, detail: `${detail}; it names your order, once` } });
  if (sent === undefined) return fault('is required');
  const key = sent.trim();
  if (key === '') return fault('must not be empty');
  if (!/^[\x20-\x7e]*$/.test(key)) return fault('must be printable ASCII');
  if (key.length > 255) return fault(`must have at most 255 characters, has ${key.length}`);
  // A header that was sent twice arrives as both values with a comma between them.
  if (key.includes(',')) return fault('must hold no comma, and must be sent once only');
  return { key };
}
