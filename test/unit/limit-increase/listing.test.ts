import { describe, expect, it } from 'vitest';
import { createReadWord } from '../../../shared/kona/listed-words.ts';
import { readListing } from '../../../shared/limit-increase/listing.ts';
import { aCall, aChunk, aPar, pars } from '../../support/builders.ts';

const chunk = aChunk({ pars: pars(4) });
const call = aCall({ positions: [3, 0, 1] });
const readWord = createReadWord({ successMessages: ['Success'], refusalMessages: [] });
const refusal = 'Cannot find par';

/** `[n, word]`: the n-th PAR, listed so. */
const read = (...listed: readonly (readonly [number, (string | undefined)?])[]) => [
  ...readListing(
    listed.map(([n, returnMessage]) => ({ par: aPar(n), returnMessage })),
    call,
    chunk,
    readWord,
  ),
];

describe('how a 200 lists the cards that were sent', () => {
  it('is a success with a known word or none; a card that it does not list is missing', () => {
    expect(read([1], [2, ' Success '])).toEqual([
      [3, { as: 'missing' }],
      [0, { as: 'success', word: undefined }],
      [1, { as: 'success', word: 'Success' }],
    ]);
  });

  it('is a refusal or another word, which is kept', () => {
    expect(read([1, refusal], [2, 'Pending'], [4])).toEqual([
      [3, { as: 'success', word: undefined }],
      [0, { as: 'refusal', word: refusal }],
      [1, { as: 'other', word: 'Pending' }],
    ]);
  });

  it.each([
    ['a refusal beside a success', ['Success', refusal], { as: 'refusal', word: refusal }],
    ['a refusal beside no word', [undefined, refusal], { as: 'refusal', word: refusal }],
    ['another word beside a success', ['Pending', 'Success'], { as: 'other', word: 'Pending' }],
    ['another word beside no word', [undefined, 'Pending'], { as: 'other', word: 'Pending' }],
    ['another word beside a refusal', [refusal, 'Pending'], { as: 'other', word: 'Pending' }],
    ['two successes', ['Success', undefined], { as: 'success', word: 'Success' }],
  ])('counts the least favourable of several words for one card: %s', (_, words, expected) => {
    const twice = words.map((word) => [1, word] as const);
    expect(read(...twice)[1]).toEqual([0, expected]);
    expect(read(...twice.toReversed())[1]).toEqual([0, expected]);
  });

  it('ignores cards that were not sent, of this chunk or any', () => {
    expect(read([3], [9, 'Success']).map(([, { as }]) => as)).toEqual(['missing', 'missing', 'missing']);
  });
});
