import { type Order, readOrder } from '../limit-increase/order.ts';
import type { ApiRequest } from './api-request.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { readJsonBody } from './json-body.ts';
import { type Problem, type ProblemName, problem } from './problem.ts';

/** An order and the caller's key for it, or a problem with every fault of header and body. */
export function readOrderRequest(request: ApiRequest): { order: Order; key: string } | { problem: Problem } {
  const read = readJsonBody(request);
  if ('problem' in read) return read;
  const key = readIdempotencyKey(request);
  const reading = readOrder(read.json, read.repeated);
  if (reading.ok && 'key' in key) return { order: reading.order, key: key.key };
  const errors = [...('fault' in key ? [key.fault] : []), ...(reading.ok ? [] : reading.faults)];
  return { problem: problem(nameOf(reading), { detail: detailOf(errors.length), errors }) };
}

function nameOf(reading: ReturnType<typeof readOrder>): ProblemName {
  if (reading.ok) return 'invalid-idempotency-key';
  return reading.tooManyCards ? 'too-many-cards' : 'invalid-order';
}

const detailOf = (faults: number): string =>
  `Nothing was ordered. ${faults === 1 ? 'There is 1 fault' : `There are ${faults} faults`}: see errors.`;
