import { describe, expect, it } from 'vitest';
import { healthOf } from '../../../shared/limit-increase/call-health.ts';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';

const unknown = (httpStatus?: number, code?: string): CallOutcome => ({
  ...{ kind: 'unknown', reason: 'unreadable', breaches: [] },
  ...{ httpStatus, code },
});
const refused = (meaning: 'not_found' | 'credentials_refused'): CallOutcome => ({
  ...{ kind: 'refused', httpStatus: 400, meaning, breaches: [] },
});

describe('what the end of a call says of the platform’s health', () => {
  it('takes a success, and a refusal of a card, for its answer', () => {
    expect(healthOf({ kind: 'answered', httpStatus: 200, listed: [], breaches: [] })).toBe('answered');
    expect(healthOf(refused('not_found'))).toBe('answered');
  });

  it('tells a refused key apart', () => {
    expect(healthOf(refused('credentials_refused'))).toBe('key_refused');
  });

  it.each([408, 429, 500, 503])('takes HTTP %i for no answer, whatever code comes with it', (httpStatus) => {
    expect(healthOf(unknown(httpStatus, '999_999'))).toBe('no_answer');
  });

  it('takes an end without a status, and a page without a code, for no answer', () => {
    expect(healthOf(unknown())).toBe('no_answer');
    expect(healthOf(unknown(200))).toBe('no_answer');
    expect(healthOf({ kind: 'not_sent', reason: 'connect_failed' })).toBe('no_answer');
  });

  it('learns nothing from an answer of KONA’s that says nothing readable', () => {
    expect(healthOf(unknown(200, '003_021'))).toBe('neither');
    expect(healthOf(unknown(409, '003_021'))).toBe('neither');
  });

  it.each(['credentials_unavailable', 'encryption_keys_missing', 'no_time_left', 'platform_down'])(
    'learns nothing from a call that we did not make: %s',
    (reason) => {
      expect(healthOf({ kind: 'not_sent', reason })).toBe('neither');
    },
  );

  it('learns nothing from the inquiry', () => {
    expect(healthOf({ kind: 'found_named' })).toBe('neither');
  });
});
