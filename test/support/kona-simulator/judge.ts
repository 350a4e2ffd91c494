import { type Answer, type ListedCard, refusalAnswer, refusalAs, successAnswer, successWord } from './answer.ts';
import { cardRefusalOf, wordFor } from './card-refusal.ts';
import type { CardTruth, CorporationNumbers } from './cards.ts';
import { createWording } from './long-text.ts';
import type { Modes } from './modes.ts';
import { committedOf, goodOf } from './refused-list.ts';

/** What an undisturbed platform makes of a well-formed call: whom it names and what it answers. */
export type Verdict = {
  readonly names: readonly string[];
  readonly answer: Answer;
  /** Absent if the call is refused. */
  readonly listed?: readonly ListedCard[] | undefined;
};

export type JudgedCall = {
  readonly corporation: CorporationNumbers;
  readonly parList: readonly string[];
  readonly correlationId: string;
};

type Bench = { readonly modes: Modes; readonly truthOf: (par: string) => CardTruth };

/** Changes nothing: whether and when the verdict takes effect is for the caller to say. */
export function judge({ corporation, parList, correlationId }: JudgedCall, { modes, truthOf }: Bench): Verdict {
  const refused = modes.refusedCorporations.find(({ bizLicenseNo }) => bizLicenseNo === corporation.bizLicenseNo);
  const wording = createWording(modes.textLength, parList);
  if (refused !== undefined) {
    return { names: [], answer: refusalAs(refused.body, wording.refusal(refused), refused.status) };
  }

  const cards = [...new Set(parList)].map(truthOf);
  if (modes.badCardsInLists === 'listed_with_word' && cards.length > 1) {
    const listed = cards.map((card) => wording.listed({ par: card.par, returnMessage: wordFor(card) }));
    return answered(cards, listed);
  }
  const refusal = cardRefusalOf(cards, modes);
  if (refusal !== undefined) {
    const names = committedOf({ cards, fault: refusal.fault, correlationId }, modes.refusedListCommits);
    return { names, answer: refusalAnswer(wording.refusal(refusal.refusal)) };
  }
  const listed = cards
    .filter(
      (card) =>
        card.state === 'known' ||
        (modes.listAlreadyNamed && card.state === 'named' && sameCorporation(card.namedFor, corporation)),
    )
    .map(({ par }) => ({ par, returnMessage: successWord }));
  return answered(cards, listed);
}

const answered = (cards: readonly CardTruth[], listed: readonly ListedCard[]): Verdict => ({
  names: goodOf(cards),
  answer: successAnswer(listed),
  listed,
});

const sameCorporation = (one: CorporationNumbers, other: CorporationNumbers): boolean =>
  one.bizLicenseNo === other.bizLicenseNo && one.registrationNumber === other.registrationNumber;
