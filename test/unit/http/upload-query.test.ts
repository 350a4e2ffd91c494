import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUploadCursor, writeUploadCursor } from '../../../shared/http/upload-cursor.ts';
import { readUploadQuery } from '../../../shared/http/upload-query.ts';
import { aPar, aRequestId } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';

const { FC_SEED: seed } = process.env;
const replay = seed === undefined ? {} : { seed: Number(seed) };

const uploadKey = 'incoming/카드 목록 +1%.csv';
const place = { acceptedAt: aMoment, requestId: aRequestId };

describe('a cursor among the requests of an object', () => {
  it('leads back to its place, for its own object only', () => {
    const keys = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(keys, keys, fc.nat({ max: 4_102_444_800_000 }), (key, other, acceptedAt) => {
        const cursor = writeUploadCursor(key, { ...place, acceptedAt });
        expect(readUploadCursor(cursor, key)).toEqual({ ...place, acceptedAt });
        expect(key === other || readUploadCursor(cursor, other) === undefined).toBe(true);
        expect(cursor).toMatch(/^[\w-]{1,100}$/);
      }),
      replay,
    );
  });

  it('holds nothing of the key, in which a card may stand', () => {
    const cursor = writeUploadCursor(`incoming/${aPar()}.csv`, place);
    expect(Buffer.from(cursor, 'base64url').toString()).not.toContain(aPar().slice(0, 8));
  });

  it.each(['', '!', 'djE6', `${writeUploadCursor(uploadKey, place)}=`])('is not %j', (cursor) => {
    expect(readUploadCursor(cursor, uploadKey)).toBeUndefined();
  });
});

describe('the query for the requests of an object', () => {
  it('asks for ten, from the newest on, unless it says otherwise', () => {
    expect(readUploadQuery({ uploadKey })).toEqual({ uploadKey, query: { limit: 10, after: undefined } });
    const cursor = writeUploadCursor(uploadKey, place);
    expect(readUploadQuery({ uploadKey, limit: '50', cursor })).toEqual({
      uploadKey,
      query: { limit: 50, after: place },
    });
  });

  const faultsOf = (parameters: Record<string, string>) => {
    const read = readUploadQuery(parameters);
    return 'faults' in read ? read.faults : [];
  };

  it('must name the object', () => {
    expect(faultsOf({})).toEqual([{ parameter: 'uploadKey', detail: expect.stringContaining('is required') }]);
  });

  it.each([
    ['is empty', ''],
    ['names the folder alone', 'incoming/'],
    ['lies elsewhere', 'reports/x.csv'],
    ['only mentions it', '/incoming/x.csv'],
    ['is longer than any key', `incoming/${'카'.repeat(339)}`],
    ['is no text', 'incoming/\ud800.csv'],
  ])('refuses a key that %s', (_, key) => {
    expect(faultsOf({ uploadKey: key })).toEqual([
      { parameter: 'uploadKey', detail: expect.stringMatching(/^must be the key .* below incoming\//) },
    ]);
  });

  it('takes the longest key there can be', () => {
    expect(faultsOf({ uploadKey: `incoming/${'카'.repeat(338)}.` })).toEqual([]);
  });

  it('tells every fault at once', () => {
    const wrong = faultsOf({ uploadKey, limit: '51', cursor: 'x', status: 'open' });
    expect(wrong.map((fault) => 'parameter' in fault && fault.parameter)).toEqual(['limit', 'cursor', 'status']);
    expect(faultsOf({ limit: '0' })).toHaveLength(2);
  });
});
