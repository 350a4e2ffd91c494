import type { Answer } from '../../shared/http/answer.ts';
import type { ApiRequest } from '../../shared/http/api-request.ts';
import { callerName } from '../../shared/http/caller.ts';
import { orderHeaders } from '../../shared/http/order-headers.ts';
import { limitDefault } from '../../shared/http/page-query.ts';
import { invalidParameters, problem } from '../../shared/http/problem.ts';
import { readRedriveRequest } from '../../shared/http/redrive-request.ts';
import { showRequest } from '../../shared/http/representation.ts';
import { readRequestId, unknownRequest } from '../../shared/http/request-path.ts';
import type { Clock, LedgerReads } from '../../shared/limit-increase/ports.ts';
import { createReadNamedBy } from '../../shared/limit-increase/read-named-by.ts';
import { createReadResults } from '../../shared/limit-increase/read-results.ts';
import type { createRedrive } from '../../shared/limit-increase/redrive.ts';
import { firstPlace } from '../../shared/limit-increase/results.ts';
import type { Instant, LimitIncreaseRequest, RedrivableStatus } from '../../shared/limit-increase/terms.ts';

export type PostRedriveDeps = {
  readonly redrive: ReturnType<typeof createRedrive>;
  readonly ledger: LedgerReads;
  readonly clock: Clock;
};

/** Its cards are rung for: the first calls have ended by then. */
const askAgainAfterMs = 5_000;

/** POST /v1/limit-increases/{requestId}/redrive: reopens the cards of the given statuses, and answers how the request is now. */
export function createPostRedrive({ redrive, ledger, clock }: PostRedriveDeps) {
  const readResults = createReadResults(ledger);
  const readNamedBy = createReadNamedBy({ ledger, clock });

  return async (request: ApiRequest, deadline: Instant): Promise<Answer> => {
    const by = callerName(request);
    const path = readRequestId(request);
    if ('fault' in path) return { problem: invalidParameters([path.fault]) };
    const read = readRedriveRequest(request);
    if ('problem' in read) return read;
    const { requestId } = path;
    const { statuses } = read;
    const end = await redrive({ requestId, by, statuses }, deadline);
    switch (end) {
      case 'unknown_request':
        return unknownRequest(requestId);
      case 'redriven':
        return redriven(requestId, deadline);
      case 'nothing_unresolved':
        return { problem: problem('nothing-unresolved', { detail: nothingToReopen(statuses), requestId }) };
      case 'not_settled':
        return { problem: problem('not-settled', { detail: stillOpen, requestId }) };
      case 'other_statuses': {
        const { request: standing } = (await ledger.readRequest(requestId)) ?? {};
        return { problem: problem('not-settled', { detail: otherRedrive(standing, statuses), requestId }) };
      }
      default:
        return end satisfies never;
    }
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

type Statuses = readonly RedrivableStatus[];

const nothingToReopen = (statuses: Statuses): string =>
  `No card of this limit increase has the status ${statuses.join(' or ')}. A redrive may have reopened those that had.`;

const stillOpen = 'Cards of this limit increase are still open. Wait until it is settled, then send the redrive again.';

function otherRedrive(request: LimitIncreaseRequest | undefined, asked: Statuses): string {
  const { by, statuses = [] } = request?.redrives?.at(-1) ?? {};
  const left = asked.filter((status) => !statuses.includes(status));
  return `Another redrive came first: ${by} reopened the cards that were ${statuses.join(' or ')}. Wait until the limit increase is settled, then redrive it with ${JSON.stringify({ statuses: left })}.`;
}
