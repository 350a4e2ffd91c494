import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../../shared/kona/retry-after.ts';

const now = Date.UTC(2026, 10, 22, 10, 0, 0);

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 120 ', 120_000],
    ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['999999999', 86_400_000],
    ['Mon, 22 Nov 2027 10:00:00 GMT', 86_400_000],
  ])('reads %j as a wait of %i ms', (header, waitMs) => {
    expect(retryAfterMs(header, now)).toBe(waitMs);
  });

  it.each([undefined, '', '-1', '1.5', '0x10', 'soon', '2026-11-22', 'Sun, 99 Nov 2026 10:00:30 GMT', '1, 2'])(
    'finds no wait in %j',
    (header) => {
      expect(retryAfterMs(header, now)).toBeUndefined();
    },
  );
});
