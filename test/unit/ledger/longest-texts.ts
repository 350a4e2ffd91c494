import type { CardResult, CardTrace } from '../../../shared/limit-increase/chunk-state.ts';
import { aCorrelationId, positions } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';

// The longest that a platform can make of a chunk's texts: in every field of every card another one, of as many
// characters as the gateway keeps, each of four bytes.

const ofFourBytes = ['🏦', '💳', '🪪', '🔒'];
let made = 0;

/** A text of so many characters, and no two alike. */
function aLongText(characters: number): string {
  made += 1;
  const digits = [...made.toString(4).padStart(8, '0')].map((digit) => ofFourBytes[Number(digit)] ?? '');
  return `${digits.join('')}${'💳'.repeat(characters - digits.length)}`;
}

export function cardsWithLongestTexts() {
  const result = (position: number): CardResult => ({
    ...{ status: 'rejected', code: aLongText(200), message: aLongText(200), returnMessage: aLongText(200) },
    ...{ correlationId: aCorrelationId(position), updatedAt: aMoment + position * 800 },
  });
  const trace = (position: number): CardTrace => ({
    ...{ maybe: aCorrelationId(position), doubt: 'unknown', tries: position, notBefore: aMoment + position * 700 },
    listed: { correlationId: aCorrelationId(position + 200), returnMessage: aLongText(200) },
    refusal: { code: aLongText(200), message: aLongText(200) },
    said: { code: aLongText(200), message: aLongText(200) },
  });
  const at = <T>(valueAt: (position: number) => T) =>
    new Map(positions(100).map((position) => [position, valueAt(position)]));
  return { results: at(result), traces: at(trace) };
}
