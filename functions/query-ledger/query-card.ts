import type { Answer } from '../../shared/http/answer.ts';
import type { ApiRequest } from '../../shared/http/api-request.ts';
import { invalidParameters, problem } from '../../shared/http/problem.ts';
import { showCard } from '../../shared/http/representation.ts';
import type { LedgerReads } from '../../shared/limit-increase/ports.ts';
import { createReadCard } from '../../shared/limit-increase/read-card.ts';
import { parSchema } from '../../shared/limit-increase/terms.ts';

/** GET /v1/cards/{par} */
export function createQueryCard({ ledger }: { readonly ledger: LedgerReads }) {
  const readCard = createReadCard(ledger);

  return async ({ pathParameters }: ApiRequest): Promise<Answer> => {
    const par = parSchema.safeParse(pathParameters['par']);
    if (!par.success) {
      const detail = 'must be a PAR: 27 characters, each 0-9 or A-Z';
      return { problem: invalidParameters([{ parameter: 'par', detail }]) };
    }
    const [newest, ...older] = await readCard(par.data);
    return newest === undefined ? unknown : { status: 200, body: showCard(par.data, [newest, ...older]) };
  };
}

const unknown: Answer = {
  problem: problem('unknown-card', {
    detail: 'No call for this card has had an outcome. If it was ordered just now, its limit increase tells more.',
  }),
};
