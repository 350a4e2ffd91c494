import * as z from 'zod';
import type { Answer } from '../../shared/http/answer.ts';
import type { ApiRequest } from '../../shared/http/api-request.ts';
import { invalidParameters, problem } from '../../shared/http/problem.ts';
import { showCall } from '../../shared/http/representation.ts';
import { readChunkOfCall } from '../../shared/limit-increase/chunk-of-call.ts';
import type { LedgerReads } from '../../shared/limit-increase/ports.ts';

const correlationIdSchema = z.string().regex(/^\d{12}-[0-9a-f]{7}$/);

/** GET /v1/calls/{correlationId} */
export function createQueryCall({ ledger }: { readonly ledger: LedgerReads }) {
  return async ({ pathParameters }: ApiRequest): Promise<Answer> => {
    const correlationId = correlationIdSchema.safeParse(pathParameters['correlationId']);
    if (!correlationId.success) {
      const detail = 'must be a correlation ID: yyMMddHHmmss-xxxxxxx, with seven lower-case hex digits';
      return { problem: invalidParameters([{ parameter: 'correlationId', detail }]) };
    }
    const call = await ledger.readCall(correlationId.data);
    if (call === undefined) return unknown;
    const stored = await readChunkOfCall(ledger, call);
    if (stored === undefined) return unknown;
    const pars = call.positions.flatMap((position) => stored.chunk.pars[position] ?? []);
    return { status: 200, body: showCall(call, pars) };
  };
}

const unknown: Answer = {
  problem: problem('unknown-call', { detail: 'No call was made under this correlation ID; or its time is over.' }),
};
