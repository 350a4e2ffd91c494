import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCursor, writeCursor } from '../../../shared/http/cursor.ts';
import { readPageQuery } from '../../../shared/http/page-query.ts';
import { aRequestId } from '../../support/builders.ts';

const { FC_SEED: seed } = process.env;
const replay = seed === undefined ? {} : { seed: Number(seed) };

const aCursor = writeCursor(aRequestId, { chunkNumber: 3, position: 42 });

describe('a cursor', () => {
  it('leads back to its place, in its own request only', () => {
    const places = fc.record({
      chunkNumber: fc.integer({ min: 1, max: 9_999_999 }),
      position: fc.integer({ min: 0, max: 99 }),
    });
    fc.assert(
      fc.property(places, (place) => {
        const cursor = writeCursor(aRequestId, place);
        expect(readCursor(cursor, aRequestId)).toEqual(place);
        expect(readCursor(cursor, `${aRequestId.slice(0, -1)}X`)).toBeUndefined();
        expect(cursor).toMatch(/^[\w-]+$/);
      }),
      replay,
    );
  });

  it('is nothing else than what was written', () => {
    const written = (text: string) => Buffer.from(text).toString('base64url');
    const odd = [
      ...[`v2:${aRequestId}:1:0`, `v1:${aRequestId}:0:0`, `v1:${aRequestId}:01:0`, `v1:${aRequestId}:1:100`].map(
        written,
      ),
      ...[`v1:${aRequestId}:1:0\n`, `v1:${aRequestId}:10000000:0`, `v1::1:0`, `v1:${aRequestId}:NaN:NaN`].map(written),
      ...['', '!', `${aCursor}=`, `${aCursor} `, aCursor.slice(0, -1)],
    ];
    expect(odd.map((cursor) => readCursor(cursor, aRequestId))).toEqual(odd.map(() => undefined));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const place = readCursor(text, aRequestId);
        expect(place === undefined || writeCursor(aRequestId, place) === text).toBe(true);
      }),
      replay,
    );
  });
});

describe('the query of a page', () => {
  it('has a limit of 100 and begins at the first card, unless it says otherwise', () => {
    expect(readPageQuery({}, aRequestId)).toEqual({
      query: { from: { chunkNumber: 1, position: 0 }, limit: 100, status: undefined },
    });
    expect(readPageQuery({ limit: '1000', status: 'already_named', cursor: aCursor }, aRequestId)).toEqual({
      query: { from: { chunkNumber: 3, position: 42 }, limit: 1_000, status: 'already_named' },
    });
  });

  it.each(['0', '1001', '-1', '1.5', '1e2', ' 5', '', '10000', 'ten'])('refuses a limit of %j', (limit) => {
    const detail = 'must be a whole number from 1 to 1000';
    expect(readPageQuery({ limit }, aRequestId)).toEqual({ faults: [{ parameter: 'limit', detail }] });
  });

  it('tells every fault at once', () => {
    const parameters = { limit: '0', status: 'open,named', cursor: 'x', page: '2' };
    const read = readPageQuery(parameters, aRequestId);
    expect('faults' in read && read.faults).toEqual([
      { parameter: 'cursor', detail: 'must be the nextCursor of this request' },
      { parameter: 'limit', detail: expect.any(String) },
      { parameter: 'status', detail: expect.stringContaining('one of open, named, already_named') },
      { parameter: 'page', detail: 'is unknown; known are status, limit, cursor' },
    ]);
  });
});
