import { type ListedCard, successAnswer, successWord } from './answer.ts';
import { hangul, type Wording } from './long-text.ts';
import type { PlayedMisbehaviour } from './misbehaviour.ts';
import type { Play } from './play.ts';

type ListMisbehaviour = Extract<PlayedMisbehaviour, { kind: `list_${string}` }>;

type ListWords = Extract<ListMisbehaviour, { kind: 'list_words' }>;

/** The list of an honest answer, tampered with. */
export function relisted(
  honest: Play,
  listed: readonly ListedCard[],
  { played, wording }: { readonly played: ListMisbehaviour; readonly wording: Wording },
): Play {
  switch (played.kind) {
    case 'list_omits': {
      const kept = listed.slice(0, Math.max(0, listed.length - played.cards));
      const keptPars = new Set(kept.map(({ par }) => par));
      const names = played.named ? honest.names : honest.names.filter((par) => keptPars.has(par));
      return { ...honest, names, answer: successAnswer(kept) };
    }
    case 'list_adds':
      return { ...honest, answer: successAnswer([...listed, { par: played.par, returnMessage: successWord }]) };
    case 'list_twice': {
      const again = listed.map(({ par }) => wording.listed({ par, returnMessage: played.returnMessage }));
      const both = played.wordFirst ? [...again, ...listed] : [...listed, ...again];
      return { ...honest, names: played.named ? honest.names : [], answer: successAnswer(both) };
    }
    case 'list_words': {
      const worded = listed.map((card, at) =>
        played.firstOnly && at > 0 ? card : wording.listed(reworded(card, played)),
      );
      const told = new Set(worded.filter((card) => !listed.includes(card)).map(({ par }) => par));
      const names = played.named ? honest.names : honest.names.filter((par) => !told.has(par));
      return { ...honest, names, answer: successAnswer(worded) };
    }
    default:
      return played satisfies never;
  }
}

/** A word of refusal stays: any other could say of a bad card that it was named. */
function reworded(card: ListedCard, { returnMessage, length }: ListWords): ListedCard {
  if (card.returnMessage !== successWord) return card;
  return { par: card.par, returnMessage: length === 0 ? returnMessage : hangul(length, card.par) };
}
