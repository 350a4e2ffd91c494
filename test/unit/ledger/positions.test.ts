import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { storedPositionLists, storedPositions } from '../../../shared/ledger/positions.ts';
import { replay } from './any-chunk.ts';

const anyPositions = fc.uniqueArray(fc.nat({ max: 999 }));

describe('stored positions', () => {
  it('draw runs together and keep the order', () => {
    expect(z.encode(storedPositions, [0, 1, 2, 9, 5, 6, 4, 3])).toBe('0-2,9,5-6,4,3');
    expect(z.decode(storedPositions, '0-2,9,5-6,4,3')).toEqual([0, 1, 2, 9, 5, 6, 4, 3]);
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(anyPositions, fc.array(anyPositions.filter((list) => list.length > 0)), (list, lists) => {
        expect(z.decode(storedPositions, z.encode(storedPositions, list))).toEqual(list);
        expect(z.decode(storedPositionLists, z.encode(storedPositionLists, lists))).toEqual(lists);
      }),
      replay,
    );
  });

  it('are refused in any other writing', () => {
    for (const text of ['1,', '-3', '1--2', '1 2', 'x', '0-1000', '1.5'])
      expect(z.safeDecode(storedPositions, text).success, text).toBe(false);
    expect(z.safeDecode(storedPositionLists, '0-1  3').success).toBe(false);
    expect(z.safeDecode(storedPositionLists, '3-1').success).toBe(false);
  });
});
