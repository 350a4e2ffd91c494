import { describe, expect, it } from 'vitest';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { listedButNotSent, recordedOutcome } from '../../../shared/limit-increase/recorded-outcome.ts';
import { aCall, aChunk, aPar, pars } from '../../support/builders.ts';

const chunk = aChunk({ pars: pars(3) });
const call = aCall({ positions: [0, 2] });
const recorded = (outcome: CallOutcome) => recordedOutcome(outcome, call, chunk);
const said = { httpStatus: 200, code: '000_000', description: 'success' };
const listing = (...listed: readonly number[]): CallOutcome => ({
  ...{ kind: 'answered', ...said, breaches: [] },
  listed: listed.map((n) => ({ par: aPar(n) })),
});

describe('a call’s outcome as the ledger keeps it', () => {
  it('tells which of the cards that were sent a success lists', () => {
    expect(recorded(listing(3))).toEqual({ name: 'answered', ...said, listed: [2] });
    expect(recorded(listing(3, 1))).toEqual({ name: 'answered', ...said, listed: [0, 2] });
  });

  it('tells nothing of a listed card that was not sent', () => {
    expect(recorded(listing(2, 9))).toMatchObject({ listed: [] });
  });

  it('keeps a refusal as an answer, with what it speaks of', () => {
    const refusal = { httpStatus: 400, code: '003_021', description: 'cannot find par' };
    expect(recorded({ kind: 'refused', ...refusal, meaning: 'not_found', breaches: [] })).toEqual({
      ...{ name: 'answered', ...refusal, reason: 'not_found' },
    });
  });

  it('keeps all that is known of an end that tells nothing', () => {
    expect(recorded({ kind: 'unknown', reason: 'timeout', breaches: [] })).toEqual({
      ...{ name: 'unknown', httpStatus: undefined, code: undefined, description: undefined, reason: 'timeout' },
    });
    expect(recorded({ kind: 'unknown', httpStatus: 503, reason: 'http_5xx', breaches: [] })).toMatchObject({
      ...{ name: 'unknown', httpStatus: 503, reason: 'http_5xx' },
    });
  });

  it('tells why a call was not sent', () => {
    expect(recorded({ kind: 'not_sent', reason: 'platform_down' })).toEqual({
      ...{ name: 'not_sent', reason: 'platform_down' },
    });
    expect(recorded({ kind: 'found_named' })).toEqual({ name: 'not_sent', reason: 'inquiry_says_named' });
  });
});

describe('cards that were listed and not sent', () => {
  it('are counted where a success lists others', () => {
    expect(listedButNotSent(listing(1, 3), call, chunk)).toBe(0);
    expect(listedButNotSent(listing(1, 2, 9), call, chunk)).toBe(2);
  });

  it('are none where nothing was listed', () => {
    expect(listedButNotSent({ kind: 'unknown', reason: 'timeout', breaches: [] }, call, chunk)).toBe(0);
  });
});
