import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportPrefix } from '../../../shared/limit-increase/report-place.ts';
import { aRequestId } from '../../support/builders.ts';

const prefixOf = (uploadKey: string, edition = 1): string =>
  reportPrefix({ requestId: aRequestId, uploadKey, edition });

describe('the place of a report', () => {
  it.each([
    ['incoming/cards.csv', 'reports/cards.csv'],
    ['incoming/2026/11/코나 카드+100%.csv.gz', 'reports/2026/11/코나 카드+100%.csv.gz'],
    ['incoming/dry-run/cards.csv', 'reports/dry-run/cards.csv'],
    ['incoming/incoming/a.csv', 'reports/incoming/a.csv'],
    ['elsewhere/a.csv', 'reports/elsewhere/a.csv'],
    ['incoming/../../x/./a.csv', 'reports/%2E%2E/%2E%2E/x/%2E/a.csv'],
    ['incoming/a..b/...csv', 'reports/a..b/...csv'],
  ])('of %s is %s, and below it the request', (uploadKey, place) => {
    expect(prefixOf(uploadKey)).toBe(`${place}/${aRequestId}/`);
  });

  it('has a room of its own for each edition after the first', () => {
    expect(prefixOf('incoming/a.csv', 2)).toBe(`reports/a.csv/${aRequestId}/edition-2/`);
  });

  it('cuts a name that is too long, and leaves no way up at its end', () => {
    const prefix = prefixOf(`incoming/${'a'.repeat(949)}/..${'b'.repeat(60)}`);
    expect(prefix).toBe(`reports/${'a'.repeat(949)}/..…/${aRequestId}/`);
  });

  // failures: F059
  it('is a key that S3 takes, and no path out of reports/, whatever the upload’s key is', () => {
    const keys = fc.string({
      unit: fc.constantFrom('.', '/', 'a', '카', '😀', '%', '+'),
      maxLength: 1_024,
      size: 'max',
    });
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 9_999_999 }), (name, edition) => {
        const key = `${prefixOf(`incoming/${name}`, edition)}rejected-rows.csv`;
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1_024);
        expect(key.isWellFormed() && !key.includes('\uFFFD')).toBe(true);
        expect(key).toMatch(/^reports\//);
        expect(key.split('/').filter((segment) => segment === '..' || segment === '.')).toEqual([]);
      }),
    );
  });
});
