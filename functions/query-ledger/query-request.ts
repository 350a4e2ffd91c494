import type { Answer } from '../../shared/http/answer.ts';
import type { ApiRequest } from '../../shared/http/api-request.ts';
import { readPageQuery } from '../../shared/http/page-query.ts';
import { invalidParameters, problem } from '../../shared/http/problem.ts';
import { showRequest } from '../../shared/http/representation.ts';
import { requestIdSchema } from '../../shared/limit-increase/order.ts';
import type { Clock, LedgerReads } from '../../shared/limit-increase/ports.ts';
import { createReadNamedBy } from '../../shared/limit-increase/read-named-by.ts';
import { createReadResults } from '../../shared/limit-increase/read-results.ts';
import type { Instant } from '../../shared/limit-increase/terms.ts';

/** GET /v1/limit-increases/{requestId}?status=&limit=&cursor= */
export function createQueryRequest(deps: { readonly ledger: LedgerReads; readonly clock: Clock }) {
  const readResults = createReadResults(deps.ledger);
  const readNamedBy = createReadNamedBy(deps);

  return async ({ pathParameters, queryStringParameters }: ApiRequest, deadline: Instant): Promise<Answer> => {
    const requestId = requestIdSchema.safeParse(pathParameters['requestId']);
    const read = readPageQuery(queryStringParameters, requestId.data ?? '');
    const faults = 'faults' in read ? [...read.faults] : [];
    if (!requestId.success)
      faults.unshift({ parameter: 'requestId', detail: 'must be 26 characters 0-9 and A-Z without I, L, O, U' });
    if (!requestId.success || 'faults' in read) return { problem: invalidParameters(faults) };
    const found = await deps.ledger.readRequest(requestId.data);
    if (found === undefined) return unknown(requestId.data);
    const page = await readResults(found.request, read.query);
    const cards = await readNamedBy(page.cards, deadline);
    return { status: 200, body: showRequest(found, { ...page, cards }, deps.clock()) };
  };
}

const unknown = (requestId: string): Answer => {
  const detail = 'No order was accepted under this ID; or its time of keeping is over.';
  return { problem: problem('unknown-request', { detail, requestId }) };
};
