import { createHash } from 'node:crypto';

/** A name of 22 characters for a write, from what it writes: short enough for DynamoDB's token of a transaction. */
export const tokenOf = (write: unknown): string =>
  createHash('sha256').update(JSON.stringify(write)).digest('base64url').slice(0, 22);
