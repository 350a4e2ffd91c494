import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { uploadEntryKey, uploadOfKey } from '../../../shared/ledger/keys.ts';
import { storedLines } from '../../../shared/ledger/lines.ts';
import { anInstant, replay } from './any-chunk.ts';

const anyLines = fc
  .array(fc.integer({ min: 1, max: 999_999_999 }), { minLength: 1, maxLength: 100 })
  .map((lines) => lines.sort((a, b) => a - b));

describe('the lines of a chunk', () => {
  it('are given back as they were written', () => {
    fc.assert(
      fc.property(anyLines, (lines) => {
        expect(z.decode(storedLines, z.encode(storedLines, lines))).toEqual(lines);
      }),
      replay,
    );
  });

  it('are written as a person reads them: neighbours drawn together, a line of several cards as often as it has cards', () => {
    expect(z.encode(storedLines, [2, 3, 4, 7, 9, 9, 9, 10])).toBe('2-4,7,9,9,9-10');
  });
});

describe('the key of an upload', () => {
  it('tells the object, the time and the request, whatever the name of the object', () => {
    const anUploadKey = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 });
    const anEntry = fc.record({
      uploadKey: anUploadKey.map((name) => `incoming/${name}`),
      acceptedAt: anInstant,
      requestId: fc.stringMatching(/^[0-9A-Z]{26}$/),
    });
    fc.assert(
      fc.property(anEntry, (entry) => {
        expect(uploadOfKey(uploadEntryKey(entry))).toEqual(entry);
      }),
      replay,
    );
  });

  it('is no other kind of key', () => {
    expect(uploadOfKey({ pk: 'REQUEST#R', sk: 'REQUEST' })).toBeUndefined();
    expect(uploadOfKey({ pk: 'UPLOAD#incoming/a.csv', sk: 'REQUEST' })).toBeUndefined();
  });
});
