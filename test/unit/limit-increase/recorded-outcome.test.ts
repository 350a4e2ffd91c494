import { describe, expect, it } from 'vitest';
import { createReadWord } from '../../../shared/kona/listed-words.ts';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { listedButNotSent, recordedOutcome } from '../../../shared/limit-increase/recorded-outcome.ts';
import { aCall, aChunk, aPar, pars } from '../../support/builders.ts';

const chunk = aChunk({ pars: pars(3) });
const call = aCall({ positions: [0, 2] });
const readWord = createReadWord({ successMessages: ['Success'], refusalMessages: [] });
const recorded = (outcome: CallOutcome) => recordedOutcome(outcome, call, chunk, readWord);
const said = { httpStatus: 200, code: '000_000', description: 'success' };
const listing = (...listed: readonly number[]): CallOutcome => ({
  ...{ kind: 'answered', ...said, breaches: [] },
  listed: listed.map((n) => ({ par: aPar(n) })),
});

describe('a call’s outcome as the ledger keeps it', () => {
  it('tells which of the cards that were sent a success lists', () => {
    const success = { name: 'answered', reading: 'success', ...said };
    expect(recorded(listing(3))).toEqual({ ...success, named: [2] });
    expect(recorded(listing(3, 1))).toEqual({ ...success, named: [0, 2] });
  });

  it('tells nothing of a listed card that was not sent', () => {
    expect(recorded(listing(2, 9))).toMatchObject({ named: [] });
  });

  it.each(['Pending', 'Cannot find par'])('takes a card that is listed with "%s" for no proof', (returnMessage) => {
    const listed = [{ par: aPar(1), returnMessage }, { par: aPar(3), returnMessage: 'Success' }, { par: aPar(1) }];
    expect(recorded({ kind: 'answered', ...said, listed, breaches: [] })).toMatchObject({ named: [2] });
  });

  it('keeps a refusal as an answer, with how it was read', () => {
    const refusal = { httpStatus: 400, code: '003_021', description: 'cannot find par' };
    expect(recorded({ kind: 'refused', ...refusal, meaning: 'not_found', breaches: [] })).toEqual({
      ...{ name: 'answered', reading: 'not_found', ...refusal },
    });
  });

  it('keeps all that is known of an unclear end', () => {
    const unclear = { name: 'unknown', reading: 'unclear' };
    expect(recorded({ kind: 'unknown', reason: 'timeout', breaches: [] })).toEqual({
      ...{ ...unclear, httpStatus: undefined, code: undefined, description: undefined, reason: 'timeout' },
    });
    const maintenance = { httpStatus: 400, code: '000_999', description: '점검 중', reason: 'unclear_code' };
    expect(recorded({ kind: 'unknown', ...maintenance, breaches: [] })).toEqual({ ...unclear, ...maintenance });
  });

  it('keeps a 429 as an unknown end, with what it says', () => {
    const limited = { httpStatus: 429, code: '999_429', description: 'slow down' };
    expect(recorded({ kind: 'limited', ...limited, retryAfterMs: 9, breaches: [] })).toEqual({
      ...{ name: 'unknown', reading: 'rate_limited', ...limited, reason: 'http_429' },
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
