import { createHash } from 'node:crypto';
import type { CardTruth } from './cards.ts';
import type { Modes } from './modes.ts';

/** A list that is refused, and the first of its cards that the refusal is about. */
export type RefusedList = {
  readonly cards: readonly CardTruth[];
  readonly fault: CardTruth;
  readonly correlationId: string;
};

/** The good cards that the platform names although it refuses their list. */
export function committedOf(
  { cards, fault, correlationId }: RefusedList,
  commits: Modes['refusedListCommits'],
): readonly string[] {
  switch (commits) {
    case 'none':
      return [];
    case 'all_good':
      return goodOf(cards);
    case 'before_first_fault':
      return goodOf(cards.slice(0, cards.indexOf(fault)));
    case 'arbitrary':
      return goodOf(cards).filter((par) => isChosen(correlationId, par));
    default:
      return commits satisfies never;
  }
}

export const goodOf = (cards: readonly CardTruth[]): readonly string[] =>
  cards.filter(({ state }) => state === 'known').map(({ par }) => par);

/** Half of the cards, different ones for each call. */
function isChosen(correlationId: string, par: string): boolean {
  const digest = createHash('sha256').update(`${correlationId} ${par}`).digest();
  return digest.readUInt8(0) % 2 === 0;
}
