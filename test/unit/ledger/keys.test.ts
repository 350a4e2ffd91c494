import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callKey,
  callOfKey,
  cardKey,
  cardOfKey,
  cardsKey,
  chunkKey,
  chunkOfKey,
  requestKey,
  requestOfKey,
  shownKey,
  tallyKey,
} from '../../../shared/ledger/keys.ts';
import { aPar } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { aCorrelationIdOf, anInstant, replay } from './any-chunk.ts';

const aRequestIdOf = fc.stringMatching(/^[0-9A-Z]{26}$/);
const aChunkRef = fc.record({ requestId: aRequestIdOf, chunkNumber: fc.integer({ min: 1, max: 9_999_999 }) });

describe('keys', () => {
  it('tell the chunk, the request, the call and the card that they were made of', () => {
    const redrive = fc.integer({ min: 1, max: 999_999 });
    const entry = fc.oneof(
      fc.constantFrom('result' as const, 'unresolved' as const, 'maybe' as const).map((one) => ({ entry: one })),
      fc.record({ entry: fc.constantFrom('result' as const, 'reopened' as const), redrive }),
    );
    const card = fc
      .record({ par: fc.nat().map(aPar), acceptedAt: anInstant, requestId: aRequestIdOf, entry })
      .map(({ entry: one, ...of }) => ({ ...of, ...one }));
    fc.assert(
      fc.property(aChunkRef, aCorrelationIdOf, card, (ref, correlationId, parts) => {
        expect(chunkOfKey(chunkKey(ref))).toEqual(ref);
        expect(chunkOfKey(cardsKey(ref))).toEqual(ref);
        expect(requestOfKey(requestKey(ref.requestId))).toBe(ref.requestId);
        expect(callOfKey(callKey(correlationId))).toBe(correlationId);
        expect(cardOfKey(cardKey(parts))).toEqual(parts);
      }),
      replay,
    );
  });

  it('are no other kind of key', () => {
    const ref = { requestId: 'R', chunkNumber: 1 };
    for (const parse of [requestOfKey, callOfKey, cardOfKey]) expect(parse(chunkKey(ref))).toBeUndefined();
    for (const parse of [chunkOfKey, callOfKey, cardOfKey]) expect(parse(requestKey('R'))).toBeUndefined();
  });

  it('are those that the table is documented with', () => {
    const ref = { requestId: '7ZK3', chunkNumber: 42 };
    expect(requestKey('7ZK3')).toEqual({ pk: 'REQUEST#7ZK3', sk: 'REQUEST' });
    expect(chunkKey(ref)).toEqual({ pk: 'REQUEST#7ZK3#0000042', sk: 'CHUNK' });
    expect(cardsKey(ref)).toEqual({ pk: 'REQUEST#7ZK3#0000042', sk: 'CARDS' });
    expect(callKey('261122101500-0a1b2c3')).toEqual({ pk: 'CALL#261122101500-0a1b2c3', sk: 'CALL' });
    const card = { par: aPar(), acceptedAt: aMoment, requestId: '7ZK3' };
    expect(cardKey({ ...card, entry: 'result' })).toEqual({
      pk: `CARD#${aPar()}`,
      sk: '2026-11-22T01:15:00.000Z#7ZK3',
    });
    expect(cardKey({ ...card, entry: 'maybe' }).sk).toBe('2026-11-22T01:15:00.000Z#7ZK3#MAYBE');
    expect(cardKey({ ...card, entry: 'unresolved' }).sk).toBe('2026-11-22T01:15:00.000Z#7ZK3#UNRESOLVED');
    const redriven = { ...card, redrive: 12 };
    expect(cardKey({ ...redriven, entry: 'result' }).sk).toBe('2026-11-22T01:15:00.000Z#7ZK3#R000012');
    expect(cardKey({ ...redriven, entry: 'reopened' }).sk).toBe('2026-11-22T01:15:00.000Z#7ZK3#R000012#REOPENED');
  });

  it('sort the results of a request as its redrives do', () => {
    const skOf = (redrive?: number) =>
      cardKey({ par: aPar(), acceptedAt: aMoment, requestId: 'R', entry: 'result', redrive }).sk;
    const inOrder = [undefined, 1, 2, 9, 10, 99, 100].map(skOf);
    expect(inOrder.toSorted()).toEqual(inOrder);
  });

  it('sort the entries of a card as time does', () => {
    fc.assert(
      fc.property(anInstant, anInstant, (a, b) => {
        const [x, y] = [a, b].map(
          (acceptedAt) => cardKey({ par: aPar(), acceptedAt, requestId: 'R', entry: 'result' }).sk,
        );
        expect(Math.sign(a - b)).toBe(x === y ? 0 : (x ?? '') < (y ?? '') ? -1 : 1);
      }),
      replay,
    );
  });

  it('spread tallies over 16 items, and give a request of one chunk the first of them', () => {
    const shards = Array.from({ length: 64 }, (_, index) => tallyKey({ requestId: 'R', chunkNumber: index + 1 }).sk);
    expect(shards[0]).toBe('TALLY#00');
    expect(new Set(shards).size).toBe(16);
    expect(shards.slice(0, 17).at(-1)).toBe('TALLY#00');
  });

  it('refuse parts that would make another key of them', () => {
    expect(() => requestKey('R#0000001')).toThrow(RangeError);
    expect(() => callKey('a b')).toThrow(RangeError);
    expect(() => chunkKey({ requestId: 'R', chunkNumber: 0 })).toThrow(RangeError);
    expect(() => chunkKey({ requestId: 'R', chunkNumber: 10_000_000 })).toThrow(RangeError);
  });

  it('show a PAR by its first and last four characters only', () => {
    const key = cardKey({ par: aPar(), acceptedAt: aMoment, requestId: 'R', entry: 'result' });
    expect(shownKey(key)).toBe('CARD#Q100…0001 / 2026-11-22T01:15:00.000Z#R');
  });
});
