import assert from 'node:assert/strict';
import type { TransactionTime } from './transaction-time.ts';

/** Exactly 20 characters: KONA PLATE was seen to answer a longer one with HTTP 500. */
const correlationIdPattern = /^\d{12}-[0-9a-f]{7}$/;

/** `yyMMddHHmmss-xxxxxxx`, from a moment and seven lower-case hex digits. */
export function correlationIdOf(time: TransactionTime, hexDigits: string): string {
  const correlationId = `${time.digits12}-${hexDigits}`;
  assertCorrelationId(correlationId);
  return correlationId;
}

/** It goes into a header as it stands, so nothing else may ever stand there. */
export function assertCorrelationId(correlationId: string): void {
  assert(correlationIdPattern.test(correlationId), 'a correlation ID has the form yyMMddHHmmss-xxxxxxx');
}
