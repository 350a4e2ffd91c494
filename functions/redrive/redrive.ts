import type { Answer } from '../../shared/http/answer.ts';
import type { ApiRequest } from '../../shared/http/api-request.ts';
import { callerName } from '../../shared/http/caller.ts';
import { unexpectedBody } from '../../shared/http/empty-body.ts';
import { orderHeaders } from '../../shared/http/order-headers.ts';
import { limitDefault } from '../../shared/http/page-query.ts';
import { invalidParameters, type ProblemName, problem } from '../../shared/http/problem.ts';
import { showRequest } from '../../shared/http/representation.ts';
import { readRequestId, unknownRequest } from '../../shared/http/request-path.ts';
import type { Clock, LedgerReads } from '../../shared/limit-increase/ports.ts';
import { createReadNamedBy } from '../../shared/limit-increase/read-named-by.ts';
import { createReadResults } from '../../shared/limit-increase/read-results.ts';
import type { createRedrive } from '../../shared/limit-increase/redrive.ts';
import { firstPlace } from '../../shared/limit-increase/results.ts';
import type { Instant } from '../../shared/limit-increase/terms.ts';

export type PostRedriveDeps = {
  readonly redrive: ReturnType<typeof createRedrive>;
  readonly ledger: LedgerReads;
  readonly clock: Clock;
};

/** Its cards are rung for: the first calls have ended by then. */
const askAgainAfterMs = 5_000;

/** POST /v1/limit-increases/{requestId}/redrive: has what is unresolved asked for again, and answers how the request stands. */
export function createPostRedrive({ redrive, ledger, clock }: PostRedriveDeps) {
  const readResults = createReadResults(ledger);
  const readNamedBy = createReadNamedBy({ ledger, clock });

  return async (request: ApiRequest, deadline: Instant): Promise<Answer> => {
    const by = callerName(request);
    const path = readRequestId(request);
    if ('fault' in path) return { problem: invalidParameters([path.fault]) };
    const unexpected = unexpectedBody(request);
    if (unexpected !== undefined) return unexpected;
    const { requestId } = path;
    const end = await redrive({ requestId, by, statuses: ['unresolved'] }, deadline);
    if (end === 'unknown_request') return unknownRequest(requestId);
    return end === 'redriven' ? redriven(requestId, deadline) : refusals[end](requestId);
  };

  async function redriven(requestId: string, deadline: Instant): Promise<Answer> {
    const found = await ledger.readRequest(requestId);
    if (found === undefined) return unknownRequest(requestId);
    const page = await readResults(found.request, { from: firstPlace, limit: limitDefault });
    const cards = await readNamedBy(page.cards, deadline);
    const now = clock();
    const state = { requestId, replayed: false, nextCheckAt: now + askAgainAfterMs, now };
    return { status: 202, body: showRequest(found, { ...page, cards }, now), headers: orderHeaders(state, false) };
  }
}

const refusal = (name: ProblemName, detail: string) => (requestId: string) => ({
  problem: problem(name, { detail, requestId }),
});

const refusals = {
  nothing_unresolved: refusal(
    'nothing-unresolved',
    'No card of this limit increase was given up; or those that were are asked for again already.',
  ),
  other_statuses: refusal('not-settled', 'Another redrive came first. Wait until the limit increase is settled.'),
  not_settled: refusal(
    'not-settled',
    'Cards of this limit increase are still open. Once it is settled, all that is unresolved can be redriven.',
  ),
};
