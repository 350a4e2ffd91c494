import type { Answer } from '../../shared/http/answer.ts';
import type { ApiRequest } from '../../shared/http/api-request.ts';
import { readPageQuery } from '../../shared/http/page-query.ts';
import { invalidParameters } from '../../shared/http/problem.ts';
import { showRequest } from '../../shared/http/representation.ts';
import { readRequestId, unknownRequest } from '../../shared/http/request-path.ts';
import type { Clock, LedgerReads } from '../../shared/limit-increase/ports.ts';
import { createReadNamedBy } from '../../shared/limit-increase/read-named-by.ts';
import { createReadResults } from '../../shared/limit-increase/read-results.ts';
import type { Instant } from '../../shared/limit-increase/terms.ts';

/** GET /v1/limit-increases/{requestId}?status=&limit=&cursor= */
export function createQueryRequest(deps: { readonly ledger: LedgerReads; readonly clock: Clock }) {
  const readResults = createReadResults(deps.ledger);
  const readNamedBy = createReadNamedBy(deps);

  return async (request: ApiRequest, deadline: Instant): Promise<Answer> => {
    const path = readRequestId(request);
    const read = readPageQuery(request.queryStringParameters, path.requestId ?? '');
    if ('fault' in path || 'faults' in read) {
      const faults = [...('fault' in path ? [path.fault] : []), ...('faults' in read ? read.faults : [])];
      return { problem: invalidParameters(faults) };
    }
    const found = await deps.ledger.readRequest(path.requestId);
    if (found === undefined) return unknownRequest(path.requestId);
    const page = await readResults(found.request, read.query);
    const cards = await readNamedBy(page.cards, deadline);
    return { status: 200, body: showRequest(found, { ...page, cards }, deps.clock()) };
  };
}
