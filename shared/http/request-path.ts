import { requestIdSchema } from '../limit-increase/order.ts';
import type { ApiRequest } from './api-request.ts';
import { type Fault, type Problem, problem } from './problem.ts';

/** The request that a path speaks of: /v1/limit-increases/{requestId} and what lies below. */
export function readRequestId({ pathParameters }: Pick<ApiRequest, 'pathParameters'>) {
  const parsed = requestIdSchema.safeParse(pathParameters['requestId']);
  return parsed.success ? { requestId: parsed.data } : { fault: malformed };
}

const malformed: Fault = {
  parameter: 'requestId',
  detail: 'must be 26 characters 0-9 and A-Z without I, L, O, U',
};

export const unknownRequest = (requestId: string): { readonly problem: Problem } => {
  const detail = 'No order was accepted under this ID; or its time of keeping is over.';
  return { problem: problem('unknown-request', { detail, requestId }) };
};
