import { createHash } from 'node:crypto';
import { type ListedCard, type Refusal, successWord } from './answer.ts';

// Texts of any length, counted in characters. The padding is derived from what the text is about: no two cards share it.

export type Wording = ReturnType<typeof createWording>;

/** For a call with these cards: pads every text other than that of success to `length`; 0 pads nothing. */
export function createWording(length: number, parList: readonly string[]) {
  return {
    refusal: <R extends Refusal>(refusal: R): R => ({
      ...refusal,
      description: padded(refusal.description, length, parList.join()),
    }),
    listed: ({ par, returnMessage }: ListedCard): ListedCard => ({
      par,
      returnMessage: returnMessage === successWord ? successWord : padded(returnMessage, length, par),
    }),
  };
}

/** `length` syllables of Hangul. */
export function hangul(length: number, about: string): string {
  const bytes = createHash('shake256', { outputLength: length * 2 })
    .update(about)
    .digest();
  const syllables = Array.from({ length }, (_, at) => firstSyllable + (bytes.readUInt16BE(at * 2) % syllableCount));
  return String.fromCodePoint(...syllables);
}

function padded(text: string, length: number, about: string): string {
  const missing = length - [...text].length;
  return missing > 0 ? text + hangul(missing, about) : text;
}

const firstSyllable = 0xac00;
const syllableCount = 11_172;
