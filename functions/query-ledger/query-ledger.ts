import type { Answer } from '../../shared/http/answer.ts';
import type { ApiRequest } from '../../shared/http/api-request.ts';
import { problem } from '../../shared/http/problem.ts';
import type { LedgerReads } from '../../shared/limit-increase/ports.ts';
import type { Instant } from '../../shared/limit-increase/terms.ts';
import { createQueryCall } from './query-call.ts';
import { createQueryCard } from './query-card.ts';
import { createQueryRequest } from './query-request.ts';
import { createQueryUploads, type QueryUploadsDeps } from './query-uploads.ts';

export type QueryLedgerDeps = QueryUploadsDeps & { readonly ledger: LedgerReads };

/** The GETs, by the route that API Gateway found; it sends whatever it has no route for here too. */
export function createQueryLedger(deps: QueryLedgerDeps) {
  const routes = new Map<string, (request: ApiRequest, deadline: Instant) => Promise<Answer>>([
    ['GET /v1/limit-increases', createQueryUploads(deps)],
    ['GET /v1/limit-increases/{requestId}', createQueryRequest(deps)],
    ['GET /v1/cards/{par}', createQueryCard(deps)],
    ['GET /v1/calls/{correlationId}', createQueryCall(deps)],
  ]);
  const redrive = 'POST /v1/limit-increases/{requestId}/redrive';
  const detail = `The routes are POST /v1/limit-increases, ${[...routes.keys()].join(', ')}, ${redrive}.`;
  const unknownRoute: Answer = { problem: problem('unknown-route', { detail }) };

  return async (request: ApiRequest, deadline: Instant): Promise<Answer> =>
    (await routes.get(request.routeKey)?.(request, deadline)) ?? unknownRoute;
}
