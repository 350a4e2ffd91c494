import { describe, expect, it } from 'vitest';
import { splitAllowed } from '../../../shared/limit-increase/isolation.ts';
import { foldLimitedList } from '../../../shared/limit-increase/journal.ts';
import { nextStep } from '../../../shared/limit-increase/next-step.ts';
import { carried, chunkAfter, limited, listing, refused, statuses, timedOut, unclear } from './chunk-after.ts';

const maintenance = unclear('000_999');
const all = [0, 1, 2, 3];

describe('a list that fails unclearly', () => {
  it.each([
    ['a time-out', timedOut],
    ['a code that nobody has published', maintenance],
    ['a 500', { kind: 'unknown', httpStatus: 500, reason: 'http_5xx', breaches: [] } as const],
  ])('is repeated once as it was, then one of its cards is tried alone: %s', (_, outcome) => {
    const after = chunkAfter(4, outcome, outcome);
    expect(carried(after)).toEqual([all, all]);
    expect(after.next).toEqual({ step: 'ask', positions: [0] });
    expect(after.state.plan).toMatchObject({ stuck: [all], repeat: [], pool: [], splits: false });
    expect(after.state.results.size).toBe(0);
  });

  // failures: F080
  it('is repeated as it was after a call that was surely not sent, as often as it takes', () => {
    const notSent = { kind: 'not_sent', reason: 'refused_connection' } as const;
    const { state, next } = chunkAfter(4, notSent, notSent, notSent);
    expect(next).toEqual({ step: 'ask', positions: all });
    expect(state).toMatchObject({ attempts: 3, failingSince: 0 });
    expect(state.traces.size).toBe(0);
  });

  it('is not split while its cards fail too: another of them is tried each time, and no card is judged', () => {
    const after = chunkAfter(4, ...Array.from({ length: 7 }, () => maintenance));
    expect(carried(after)).toEqual([all, all, [0], [1], [2], [3], [0]]);
    expect(after.state.plan.splits).toBe(false);
    expect(after.state.plan.stuck.flat().toSorted()).toEqual(all);
    expect(after.state).toMatchObject({ attempts: 7, failingSince: 0 });
    expect(after.state.results.size).toBe(0);
  });

  it.each([
    ['names it', listing(0), '0 named'],
    ['refuses it', refused('not_found', '003_021'), '0 not_found'],
  ])('may be split once the call for one of its cards is answered: an answer that %s', (_, answer, status) => {
    const { state, next } = chunkAfter(4, maintenance, maintenance, answer);
    expect(statuses(state)).toEqual([status]);
    expect(state.plan).toMatchObject({ stuck: [], pool: [1, 2, 3], splits: true });
    expect(state).toMatchObject({ attempts: 0, failingSince: undefined });
    expect(next).toMatchObject({ step: 'ask' });
  });

  it.each([
    ['a 429', limited],
    ['a refused key', refused('credentials_refused', '401')],
    ['a call that was not sent', { kind: 'not_sent', reason: 'connect_failed' } as const],
  ])('may not be split after %s', (_, outcome) => {
    const { state, next } = chunkAfter(4, maintenance, maintenance, outcome);
    expect(state.plan).toMatchObject({ stuck: [all], splits: false });
    expect(next).toEqual({ step: 'ask', positions: [0] });
  });

  it('is halved at once, as a refused list is, after such an answer', () => {
    const after = chunkAfter(4, maintenance, maintenance, listing(0), maintenance);
    expect(carried(after).at(-1)).toEqual([1, 2, 3]);
    expect(after.state.plan).toMatchObject({ suspect: [1, 2, 3], repeat: [], stuck: [] });
    expect(after.next).toEqual({ step: 'ask', positions: [1, 2] });
  });

  it('leaves one card that always fails alone, and names its neighbours', () => {
    const { state } = chunkAfter(3, maintenance, maintenance, listing(0), maintenance, maintenance, listing(2));
    expect(statuses(state)).toEqual(['0 named', '2 named']);
    expect(state.plan.alone).toEqual([1]);
  });

  it('is named when its repetition is answered, and lists may not be split for that', () => {
    const { state } = chunkAfter(4, timedOut, listing(...all));
    expect(state.results.size).toBe(4);
    expect(state).toMatchObject({ attempts: 0, failingSince: undefined, plan: { splits: false } });
  });

  it('is split when its repetition is refused', () => {
    const { next } = chunkAfter(4, timedOut, refused('already_named', '003_050'));
    expect(next).toEqual({ step: 'ask', positions: [0, 1] });
  });

  // failures: F089
  it('lets the other cards go first when one card alone is never answered', () => {
    const { next } = chunkAfter(3, timedOut, timedOut, timedOut);
    expect(next).toEqual({ step: 'ask', positions: [1] });
  });
});

describe('an answer to another chunk’s call', () => {
  it('lets stuck and repeated lists be split, and later ones at once', () => {
    const { state } = chunkAfter(4, maintenance, maintenance);
    const plan = splitAllowed({ ...state.plan, stuck: [[0, 1]], repeat: [[2]], pool: [3] });
    expect(plan).toMatchObject({ stuck: [], repeat: [], pool: [0, 1, 2, 3], splits: true });
    expect(splitAllowed(plan)).toBe(plan);
  });
});

describe('a list that was answered 429 again and again while other calls were answered', () => {
  it('is treated as one that failed', () => {
    const { state, calls } = chunkAfter(4, limited, limited, limited);
    const [call] = calls;
    if (call === undefined) throw new Error('a call was made');
    const failed = foldLimitedList(state, call);
    expect(failed).toMatchObject({ attempts: 1, failingSince: 0, limited: { times: 3 } });
    expect(failed.plan).toMatchObject({ splits: true, suspect: all, repeat: [] });
    const split = foldLimitedList({ ...state, plan: { ...state.plan, splits: true } }, call);
    expect(split.plan).toMatchObject({ suspect: all, repeat: [] });
    expect(nextStep(split, 100, 0)).toEqual({ step: 'ask', positions: [0, 1] });
  });
});

describe('the lists that attribution needs', () => {
  it('are the refused ones that are the first for some card', () => {
    const refusal = refused('not_found', '003_021');
    const { state } = chunkAfter(4, refusal, refusal, refusal);
    expect(state.refusedLists).toEqual([all]);
    const later = chunkAfter(4, maintenance, maintenance, refusal, refusal);
    expect(later.state.refusedLists).toEqual([[1, 2, 3]]);
  });

  it('do not hold a list that failed, or that was refused for a field of the corporation', () => {
    expect(chunkAfter(4, timedOut).state.refusedLists).toEqual([]);
    expect(chunkAfter(4, timedOut, refused('corporation_fault', '000_002')).state.refusedLists).toEqual([]);
  });
});
