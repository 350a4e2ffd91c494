import { describe, expect, it } from 'vitest';
import { unknownWordTwice } from '../../../shared/limit-increase/card-traces.ts';
import { carried, chunkAfter, listing, refused, statuses } from './chunk-after.ts';
import { rules } from './platform-model.ts';

const backoffMs = rules.backoffMs[0];
const refusal = 'Cannot find par';
const aloneCall = (n: number) => ({ correlationId: `C${n}`, positions: [1], startedAt: 0 });

describe('an answered list', () => {
  // failures: F064 F065
  it('names exactly the listed cards and asks for a missing one alone', () => {
    const { state, next } = chunkAfter(3, listing(0, [2, 'Success']));
    expect(statuses(state)).toEqual(['0 named', '2 named']);
    expect(state.results.get(2)).toMatchObject({ code: '000_000', returnMessage: 'Success', correlationId: 'C0' });
    expect(next).toEqual({ step: 'ask', positions: [1] });
    expect(state.traces.get(1)).toMatchObject({ doubt: 'unknown', maybe: 'C0' });
  });

  // failures: F066
  it('ignores cards that were not sent', () => {
    const { state } = chunkAfter(1, listing(7));
    expect(state.results.size).toBe(0);
  });
});

describe('a card that is listed with a word that is neither success nor refusal', () => {
  // failures: F067
  it('is not named, and is asked for alone', () => {
    const { state, next } = chunkAfter(2, listing(0, [1, 'Pending']));
    expect(statuses(state)).toEqual(['0 named']);
    expect(next).toEqual({ step: 'ask', positions: [1] });
    expect(state.traces.get(1)?.listed).toEqual({ correlationId: 'C0', returnMessage: 'Pending' });
  });

  // failures: F067
  it('is already_named when it answers so alone: our naming is possible, not proven', () => {
    const { state } = chunkAfter(2, listing(0, [1, 'Pending']), refused('already_named', '003_050'));
    expect(state.results.get(1)).toMatchObject({ status: 'already_named', code: '003_050', correlationId: 'C1' });
    expect(state.traces.get(1)).toMatchObject({ maybe: 'C0', doubt: 'unknown' });
  });

  // failures: F067
  it('stays open when the same word comes alone twice, and that is reported', () => {
    const once = chunkAfter(2, listing(0, [1, 'Pending']), listing([1, 'Pending']));
    expect(unknownWordTwice(once.before, once.state, aloneCall(1))).toBeUndefined();
    const twice = chunkAfter(2, listing(0, [1, 'Pending']), listing([1, 'Pending']), listing([1, 'Pending']));
    expect(unknownWordTwice(twice.before, twice.state, aloneCall(2))).toBe('Pending');
    expect(statuses(twice.state)).toEqual(['0 named']);
    expect(twice.next.step).toBe('wait');
    const other = chunkAfter(2, listing(0, [1, 'Pending']), listing([1, 'Pending']), listing([1, 'Waiting']));
    expect(unknownWordTwice(other.before, other.state, aloneCall(2))).toBeUndefined();
  });

  it('is not named by the more favourable one of two entries', () => {
    expect(chunkAfter(1, listing([0, 'Success'], [0, 'Pending'])).state.results.size).toBe(0);
    expect(chunkAfter(1, listing([0, 'Pending'], 0)).state.results.size).toBe(0);
    expect(chunkAfter(1, listing([0, 'Success'], 0)).state.results.size).toBe(1);
  });
});

describe('a card that is listed with a word of refusal', () => {
  // failures: F091
  it('is not named, and is asked for alone at once; the others of the list are named', () => {
    const { state, next } = chunkAfter(3, listing(0, [1, refusal], 2));
    expect(statuses(state)).toEqual(['0 named', '2 named']);
    expect(next).toEqual({ step: 'ask', positions: [1] });
    expect(state.traces.get(1)).toMatchObject({ maybe: 'C0', doubt: 'refused_list' });
    expect(state.traces.get(1)?.listed).toBeUndefined();
  });

  it.each([
    ['not_found', '003_021', 'not_found'],
    ['already_named', '003_050', 'already_named'],
    ['card_refused', '003_022', 'rejected'],
    // failures: F091
  ] as const)('is judged by its single-card call, which needs no confirmation: %s', (meaning, code, status) => {
    const { state, calls } = chunkAfter(2, listing(0, [1, refusal]), refused(meaning, code));
    expect(statuses(state)).toEqual(['0 named', `1 ${status}`]);
    expect(carried({ calls })).toEqual([[0, 1], [1]]);
  });

  it('counts as listed with any other word in answer to a single-card call', () => {
    const once = chunkAfter(1, listing([0, refusal]));
    expect(once.state.results.size).toBe(0);
    expect(once.next).toEqual({ step: 'wait', until: backoffMs });
    expect(once.state.traces.get(0)).toMatchObject({ doubt: 'unknown', listed: { returnMessage: refusal } });
    const twice = chunkAfter(1, listing([0, refusal]), listing([0, refusal]));
    const call = { correlationId: 'C1', positions: [0], startedAt: 0 };
    expect(unknownWordTwice(twice.before, twice.state, call)).toBe(refusal);
  });

  it('is not named by another entry that lists it as success', () => {
    const { state } = chunkAfter(2, listing(0, [1, 'Success'], [1, refusal]));
    expect(statuses(state)).toEqual(['0 named']);
    expect(state.traces.get(1)?.doubt).toBe('refused_list');
  });
});
