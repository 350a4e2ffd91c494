import { describe, expect, it } from 'vitest';
import { healthOf, isNotAsked, isOurs, notAsked } from '../../../shared/limit-increase/call-health.ts';
import type { CallOutcome, RefusalMeaning } from '../../../shared/limit-increase/ports.ts';

const unknown = (reason: string, httpStatus?: number, code?: string, retryAfterMs?: number): CallOutcome => ({
  ...{ kind: 'unknown', reason, breaches: [] },
  ...{ httpStatus, code, retryAfterMs },
});
const refused = (meaning: RefusalMeaning): CallOutcome => ({
  ...{ kind: 'refused', httpStatus: 400, meaning, breaches: [] },
});

describe('what the end of a call says of the platform', () => {
  it('takes a success for an answer', () => {
    expect(healthOf({ kind: 'answered', httpStatus: 200, listed: [], breaches: [] })).toBe('answer');
  });

  it.each(['not_found', 'already_named', 'card_refused', 'corporation_fault'] as const)(
    'takes a refusal that is about a card or a field of a corporation for an answer: %s',
    (meaning) => {
      expect(healthOf(refused(meaning))).toBe('answer');
    },
  );

  it('tells a refused key apart', () => {
    expect(healthOf(refused('credentials_refused'))).toBe('key_refused');
  });

  it.each([
    ['a time-out', unknown('timeout')],
    ['a reset', unknown('reset')],
    ['a 400 with an unclear code', unknown('unclear_code', 400, '000_999')],
    ['a 400 without a code', unknown('no_code', 400)],
    ['a 200 with another code', unknown('other_code', 200, '003_021')],
    ['a 200 that cannot be read', unknown('not_json', 200)],
    ['a redirect', unknown('http_3xx', 302)],
    ['a 404', unknown('http_404', 404)],
    ['a 408', unknown('http_408', 408, '999_999')],
    ['a 409 with a code of KONA', unknown('http_4xx', 409, '003_021')],
    ['a 500', unknown('http_5xx', 500, '999_999')],
    ['a 503, even with Retry-After', unknown('http_5xx', 503, undefined, 30_000)],
    ['a refused connection', { kind: 'not_sent', reason: 'connect_failed' }],
  ] satisfies [string, CallOutcome][])('takes %s for a failure', (_, outcome) => {
    expect(healthOf(outcome)).toBe('failure');
  });

  it('learns nothing from a 429', () => {
    expect(healthOf({ kind: 'limited', httpStatus: 429, breaches: [] })).toBe('neither');
  });

  it.each(['credentials_unavailable', 'encryption_keys_missing', 'no_time_left', 'platform_down'])(
    'learns nothing from a call that was not made for a reason of our own: %s',
    (reason) => {
      expect(healthOf({ kind: 'not_sent', reason })).toBe('neither');
      expect(isOurs({ kind: 'not_sent', reason })).toBe(true);
    },
  );

  it('learns nothing from the inquiry', () => {
    expect(healthOf({ kind: 'found_named' })).toBe('neither');
  });

  it('knows a call that was not made because the circuit is open', () => {
    expect([isNotAsked(notAsked), isOurs(notAsked), healthOf(notAsked)]).toEqual([true, true, 'neither']);
    expect(isNotAsked(unknown('timeout'))).toBe(false);
  });
});
