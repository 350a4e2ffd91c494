import { type Refusal, successWord } from './answer.ts';
import type { CardTruth } from './cards.ts';
import type { Modes } from './modes.ts';

const notFound: Refusal = { code: '003_021', description: 'Cannot find par' };
const alreadyNamed: Refusal = { code: '003_050', description: 'All named process has been completed' };
const terminated: Refusal = { code: '003_022', description: 'Card terminated' };

const alreadyNamedWord = '이미 기명화가 진행된 카드.';

/** The refusal that a list gets for its cards, and the first card that it is about. */
export type CardRefusal = { readonly refusal: Refusal; readonly fault: CardTruth };

export function cardRefusalOf(cards: readonly CardTruth[], modes: Modes): CardRefusal | undefined {
  const named = namedRefusal(cards, modes);
  const bad = badCardRefusal(cards);
  return modes.checkOrder === 'not_found_first' ? (bad ?? named) : (named ?? bad);
}

function namedRefusal(cards: readonly CardTruth[], modes: Modes): CardRefusal | undefined {
  const [fault, ...more] = cards.filter(({ state }) => state === 'named');
  if (fault === undefined) return undefined;
  const refuses = modes.alreadyNamedRefuses === 'any' || 1 + more.length === cards.length;
  return refuses ? { refusal: alreadyNamed, fault } : undefined;
}

/** The first card that cannot be named decides, in the order of the list. */
function badCardRefusal(cards: readonly CardTruth[]): CardRefusal | undefined {
  for (const fault of cards) {
    const refusal = badCard(fault);
    if (refusal !== undefined) return { refusal, fault };
  }
  return undefined;
}

/** What a list that is not refused says of the card. */
export const wordFor = (card: CardTruth): string =>
  card.state === 'named' ? alreadyNamedWord : (badCard(card)?.description ?? successWord);

function badCard(card: CardTruth): Refusal | undefined {
  if (card.state === 'unknown') return notFound;
  if (card.state === 'terminated') return terminated;
  return card.state === 'refused' ? { code: card.code, description: card.description } : undefined;
}
