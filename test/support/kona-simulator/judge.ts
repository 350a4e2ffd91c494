import { type Answer, type ListedCard, type Refusal, refusalAnswer, successAnswer } from './answer.ts';
import type { CardTruth, CorporationNumbers } from './cards.ts';
import type { Modes } from './modes.ts';

/** What an undisturbed platform makes of a well-formed call: whom it names and what it answers. */
export type Verdict = {
  readonly names: readonly string[];
  readonly answer: Answer;
  /** Absent if the call is refused. */
  readonly listed?: readonly ListedCard[] | undefined;
};

type Bench = { readonly modes: Modes; readonly truthOf: (par: string) => CardTruth };

const notFound: Refusal = { code: '003_021', description: 'Cannot find par' };
const alreadyNamed: Refusal = { code: '003_050', description: 'All named process has been completed' };
const terminated: Refusal = { code: '003_022', description: 'Card terminated' };

/** Changes nothing: whether and when the verdict takes effect is for the caller to say. */
export function judge(corporation: CorporationNumbers, parList: readonly string[], { modes, truthOf }: Bench): Verdict {
  const refused = modes.refusedCorporations.find(({ bizLicenseNo }) => bizLicenseNo === corporation.bizLicenseNo);
  if (refused !== undefined) return { names: [], answer: refusalAnswer(refused) };

  const cards = [...new Set(parList)].map(truthOf);
  const names = cards.filter(({ state }) => state === 'known').map(({ par }) => par);
  const refusal = refusalOf(cards, modes);
  if (refusal !== undefined) {
    return { names: modes.refusedListCommits ? names : [], answer: refusalAnswer(refusal) };
  }
  const listed = cards
    .filter(
      (card) =>
        card.state === 'known' ||
        (modes.listAlreadyNamed && card.state === 'named' && sameCorporation(card.namedFor, corporation)),
    )
    .map(({ par }) => ({ par, returnMessage: 'Success' }));
  return { names, answer: successAnswer(listed), listed };
}

function refusalOf(cards: readonly CardTruth[], modes: Modes): Refusal | undefined {
  const named = cards.filter(({ state }) => state === 'named').length;
  const namedRefuses = modes.alreadyNamedRefuses === 'any' ? named > 0 : named === cards.length;
  const bad = badCardRefusal(cards);
  if (bad !== undefined && namedRefuses) return modes.checkOrder === 'not_found_first' ? bad : alreadyNamed;
  return bad ?? (namedRefuses ? alreadyNamed : undefined);
}

/** The first card that cannot be named decides, in the order of the list. */
function badCardRefusal(cards: readonly CardTruth[]): Refusal | undefined {
  for (const card of cards) {
    if (card.state === 'unknown') return notFound;
    if (card.state === 'terminated') return terminated;
    if (card.state === 'refused') return { code: card.code, description: card.description };
  }
  return undefined;
}

const sameCorporation = (one: CorporationNumbers, other: CorporationNumbers): boolean =>
  one.bizLicenseNo === other.bizLicenseNo && one.registrationNumber === other.registrationNumber;
