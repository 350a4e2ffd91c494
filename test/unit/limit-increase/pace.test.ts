import { describe, expect, it } from 'vitest';
import { limited, type Pace, paced } from '../../../shared/limit-increase/pace.ts';
import { aMoment } from '../../support/fixed-clock.ts';

const minuteMs = 60_000;
const sentAt = aMoment - 100;

describe('the first 429', () => {
  it('is followed by a pause of a minute, and then by calls one after the other, seven seconds apart', () => {
    const pace = limited(undefined, { sentAt, at: aMoment });
    expect(pace).toEqual({
      intervalMs: 7_000,
      nextAt: aMoment + minuteMs,
      limitedAt: aMoment,
      resumesAt: aMoment + minuteMs,
    });
  });

  it.each([
    ['shorter than a minute', 1_000, minuteMs],
    ['longer than a minute', 90_000, 90_000],
    ['longer than five minutes', 24 * 3_600_000, 5 * minuteMs],
  ])('is followed by a pause that Retry-After lengthens, up to five minutes: %s', (_, retryAfterMs, pauseMs) => {
    expect(limited(undefined, { sentAt, at: aMoment, retryAfterMs }).nextAt).toBe(aMoment + pauseMs);
  });
});

describe('a further 429', () => {
  const pace: Pace = { intervalMs: 8_000, nextAt: aMoment + 5_000, limitedAt: aMoment, resumesAt: aMoment };

  it('halves the pace if calls were taken since the pause, down to a call a minute', () => {
    const at = aMoment + 9_000;
    const answeredAt = pace.resumesAt;
    const slower = limited(pace, { sentAt: aMoment + 1, at, answeredAt });
    expect(slower).toEqual({ intervalMs: 16_000, nextAt: at + minuteMs, limitedAt: at, resumesAt: at + minuteMs });
    expect(limited({ ...pace, intervalMs: 40_000 }, { sentAt: aMoment + 1, at, answeredAt }).intervalMs).toBe(minuteMs);
  });

  it.each([undefined, pace.resumesAt - 1])('lengthens only the pause if no call was: last one at %s', (answeredAt) => {
    const at = aMoment + 9_000;
    const later = { ...pace, nextAt: at + minuteMs, limitedAt: at, resumesAt: at + minuteMs };
    expect(limited(pace, { sentAt: aMoment + 1, at, answeredAt })).toEqual(later);
  });

  it('of a call that was under way when the pace was set does not slow it again, but the pause begins anew', () => {
    const at = aMoment + 3_000;
    expect(limited(pace, { sentAt: aMoment - 1, at, answeredAt: aMoment })).toEqual({ ...pace, nextAt: at + minuteMs });
  });

  it('never brings the next call forward', () => {
    const far = { ...pace, nextAt: aMoment + 4 * minuteMs };
    expect(limited(far, { sentAt: aMoment + 1, at: aMoment + 9 }).nextAt).toBe(far.nextAt);
    expect(limited(far, { sentAt, at: aMoment + 9 }).nextAt).toBe(far.nextAt);
  });
});

describe('a call that begins', () => {
  const pace: Pace = { intervalMs: 10_000, nextAt: aMoment, limitedAt: aMoment, resumesAt: aMoment };

  it('keeps the next one an interval away, and quickens the pace a little', () => {
    expect(paced(pace, aMoment + 1)).toEqual({ ...pace, intervalMs: 9_700, nextAt: aMoment + 10_001 });
  });

  it('ends the pace 15 minutes after the last 429', () => {
    expect(paced(pace, aMoment + 15 * minuteMs - 1)).toBeDefined();
    expect(paced(pace, aMoment + 15 * minuteMs)).toBeUndefined();
  });
});

describe('thirty lists against a platform that takes ten calls a minute', () => {
  /** The moments at which a platform with a window of a minute took calls. */
  function settleLists(lists: number, perMinute: number) {
    const taken: number[] = [];
    let pace: Pace | undefined;
    let now = 0;
    let calls = 0;
    while (taken.length < lists) {
      now = Math.max(now, pace?.nextAt ?? now);
      calls += 1;
      if (pace !== undefined) pace = paced(pace, now);
      if (taken.filter((at) => now - at < minuteMs).length < perMinute) taken.push(now);
      else pace = limited(pace, { sentAt: now, at: now + 1, answeredAt: taken.at(-1) });
    }
    return { calls, ms: now };
  }

  // failures: F097
  it('cost at most 45 calls and twice the ideal time', () => {
    const { calls, ms } = settleLists(30, 10);
    expect(calls).toBeLessThanOrEqual(45);
    expect(ms).toBeLessThanOrEqual(2 * 3 * minuteMs);
  });
});
