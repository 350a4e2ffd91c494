import { describe, expect, it } from 'vitest';
import { foldLostCall, foldOutcome, foldOwnRefusal } from '../../../shared/limit-increase/journal.ts';
import { nextStep } from '../../../shared/limit-increase/next-step.ts';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { aResult } from '../../support/builders.ts';
import { carried, chunkAfter, limited, listing, refused, statuses, timedOut, unclear } from './chunk-after.ts';
import { rules } from './platform-model.ts';

const backoffMs = rules.backoffMs[0];

describe('a refused card', () => {
  it.each([
    ['not_found', '003_021', 'not_found'],
    ['already_named', '003_050', 'already_named'],
    ['card_refused', '003_022', 'rejected'],
  ] as const)('sent alone and refused as %s is final', (meaning, code, status) => {
    const { state } = chunkAfter(1, refused(meaning, code));
    expect(state.results.get(0)).toEqual({
      ...{ status, code, message: `about ${code}` },
      ...{ correlationId: 'C0', updatedAt: 0 },
    });
  });

  // failures: F071
  it('is not judged by a list', () => {
    const { state } = chunkAfter(2, refused('not_found', '003_021'));
    expect(state.results.size).toBe(0);
  });

  // failures: F074
  it('is rejected after a call of unknown end only when the same answer comes twice, a back-off apart', () => {
    const once = chunkAfter(1, timedOut, refused('card_refused', '003_022'));
    expect(once.state.results.size).toBe(0);
    expect(once.next).toEqual({ step: 'wait', until: once.at + backoffMs });
    const other = chunkAfter(1, timedOut, refused('card_refused', '003_022'), refused('card_refused', '003_001'));
    expect(other.state.results.size).toBe(0);
    const twice = chunkAfter(1, timedOut, refused('card_refused', '003_022'), refused('card_refused', '003_022'));
    expect(statuses(twice.state)).toEqual(['0 rejected']);
  });

  it('is rejected only when the same answer comes twice too after a 200 that does not list it', () => {
    const once = chunkAfter(2, listing(0), refused('card_refused', '003_022'));
    expect(statuses(once.state)).toEqual(['0 named']);
    const twice = chunkAfter(2, listing(0), refused('card_refused', '003_022'), refused('card_refused', '003_022'));
    expect(statuses(twice.state)).toEqual(['0 named', '1 rejected']);
  });

  it.each([
    ['a refused list', refused('not_found', '003_021')],
    ['a refused key', refused('credentials_refused', '401')],
  ])('is rejected at once after %s', (_, before) => {
    const { chunk, state } = chunkAfter(2, before);
    const call = { correlationId: 'C9', positions: [0], startedAt: 0 };
    const outcome = refused('card_refused', '003_022');
    const after = foldOutcome({ ...state, inFlight: call }, { chunk, call, outcome, at: 9 }, rules);
    expect(statuses(after)).toEqual(['0 rejected']);
  });

  // failures: F074
  it('must be refused twice anew when another call of unknown end came in between', () => {
    const refusal = refused('card_refused', '003_022');
    const { state } = chunkAfter(1, timedOut, refusal, timedOut, refusal);
    expect(state.results.size).toBe(0);
  });

  it('keeps its first refusal while a key is refused in between', () => {
    const refusal = refused('card_refused', '003_022');
    const { state } = chunkAfter(1, timedOut, refusal, refused('credentials_refused', '401'), refusal);
    expect(statuses(state)).toEqual(['0 rejected']);
  });

  it('was named by our lost call if its late word says so', () => {
    const { chunk, state } = chunkAfter(1, timedOut);
    const call = { correlationId: 'C9', positions: [0], startedAt: 0 };
    const outcome = refused('already_named', '003_050');
    const after = foldOutcome({ ...state, inFlight: call }, { chunk, call, outcome, at: 0, lateListing: 'C5' }, rules);
    expect(after.results.get(0)).toMatchObject({ status: 'named', correlationId: 'C5' });
  });
});

describe('a refusal that is about a field of the corporation', () => {
  const fault = refused('corporation_fault', '000_015');
  const allRejected = ['0 rejected', '1 rejected', '2 rejected'];

  // failures: F075
  it('rejects the whole list at once, without splitting', () => {
    const { state, next } = chunkAfter(3, fault);
    expect(statuses(state)).toEqual(allRejected);
    expect(next.step).toBe('settled');
  });

  it('rejects it at once after refused lists and refused keys', () => {
    expect(statuses(chunkAfter(3, refused('credentials_refused', '403'), fault).state)).toEqual(allRejected);
    const afterRefusedList = chunkAfter(3, refused('not_found', '003_021'), fault);
    expect(statuses(afterRefusedList.state)).toEqual(['0 rejected', '1 rejected']);
  });

  // failures: F075
  it('must come twice, a back-off apart, after a call of unknown end; the cards wait for it as one list', () => {
    const once = chunkAfter(3, timedOut, fault);
    expect(statuses(once.state)).toEqual([]);
    expect(once.state.plan).toMatchObject({ pool: [], alone: [], repeat: [[0, 1, 2]] });
    expect(once.next).toEqual({ step: 'wait', until: once.at + backoffMs });
    const twice = chunkAfter(3, timedOut, fault, fault);
    expect(statuses(twice.state)).toEqual(allRejected);
    expect(carried(twice)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  it('is not confirmed by another code, and a 200 names the cards after all', () => {
    const other = chunkAfter(3, timedOut, fault, refused('corporation_fault', '000_002'));
    expect(statuses(other.state)).toEqual([]);
    const named = chunkAfter(3, timedOut, fault, listing(0, 1, 2));
    expect(statuses(named.state)).toEqual(['0 named', '1 named', '2 named']);
  });

  it('rejects the cards that no call of unknown end carried, and keeps the others for the confirmation', () => {
    const { chunk, state } = chunkAfter(3, timedOut);
    const traces = new Map([...state.traces].filter(([position]) => position !== 1));
    const call = { correlationId: 'C9', positions: [0, 1, 2], startedAt: 0 };
    const after = foldOutcome({ ...state, traces, inFlight: call }, { chunk, call, outcome: fault, at: 5 }, rules);
    expect(statuses(after)).toEqual(['1 rejected']);
    expect(after.plan.repeat).toEqual([[0, 2]]);
  });
});

describe('what KONA PLATE said last', () => {
  const limitedSaying = (code: string): CallOutcome => ({ kind: 'limited', httpStatus: 429, code, breaches: [] });

  it('is kept for an open card, and an end without words leaves it', () => {
    const { state } = chunkAfter(2, unclear('000_999'), unclear('900_001'), timedOut);
    expect(state.traces.get(0)?.said).toEqual({ code: '900_001', message: 'about 900_001' });
    expect(state.traces.get(0)).toMatchObject({ maybe: 'C0', doubt: 'unknown' });
  });

  it('is kept of a refused list, a refused key and a 429 too', () => {
    const said = { code: '003_021', message: 'about 003_021' };
    expect(chunkAfter(2, refused('not_found', '003_021')).state.traces.get(1)?.said).toEqual(said);
    expect(chunkAfter(2, refused('credentials_refused', '401')).state.traces.get(1)?.said?.code).toBe('401');
    expect(chunkAfter(2, limitedSaying('429_000')).state.traces.get(1)?.said?.code).toBe('429_000');
  });
});

describe('a call that was answered 429', () => {
  it('leaves its list as it was, counts as no failure, and may have named its cards', () => {
    const { state, next } = chunkAfter(3, limited, limited);
    expect(next).toEqual({ step: 'ask', positions: [0, 1, 2] });
    expect(state).toMatchObject({ attempts: 0, limited: { times: 2, since: 0 } });
    expect(state.failingSince).toBeUndefined();
    expect(state.traces.get(0)).toMatchObject({ maybe: 'C0', doubt: 'unknown' });
  });

  it.each([
    ['an answer', listing(0)],
    ['a failure', timedOut],
  ])('is not counted on after %s', (_, outcome) => {
    expect(chunkAfter(3, limited, outcome).state.limited).toBeUndefined();
  });
});

describe('a refused key', () => {
  it('says nothing of the cards, and neither an attempt nor a failure counts', () => {
    const { state, next } = chunkAfter(3, refused('credentials_refused', '401'));
    expect(next).toEqual({ step: 'ask', positions: [0, 1, 2] });
    expect([state.attempts, state.failingSince]).toEqual([0, undefined]);
    expect(state.traces.get(0)).toMatchObject({ maybe: 'C0', doubt: 'refused_call' });
  });

  it('counts as an attempt where it is the corporation’s own trouble', () => {
    const { state } = chunkAfter(3, refused('credentials_refused', '403'));
    expect(foldOwnRefusal(state)).toMatchObject({ attempts: 1, failingSince: 0 });
  });
});

describe('the fold', () => {
  it('changes nothing when an outcome is folded a second time', () => {
    const { chunk, state } = chunkAfter(2);
    const call = { correlationId: 'C0', positions: [0, 1], startedAt: 0 };
    const ended = { chunk, call, outcome: listing(0), at: 5 };
    const once = foldOutcome({ ...state, inFlight: call }, ended, rules);
    expect(foldOutcome(once, ended, rules)).toEqual(once);
  });

  // failures: F004
  it('counts a call whose worker vanished as unknown, and keeps it for its late word', () => {
    const { state } = chunkAfter(2);
    const call = { correlationId: 'C0', positions: [0, 1], startedAt: 7 };
    const after = foldLostCall({ ...state, inFlight: call }, 9);
    expect(after.inFlight).toBeUndefined();
    expect(after).toMatchObject({ attempts: 1, failingSince: 9, lostCalls: [call] });
    expect(after.traces.get(0)).toMatchObject({ maybe: 'C0', doubt: 'unknown' });
    expect(nextStep(after, 100, 9)).toEqual({ step: 'ask', positions: [0, 1] });
  });

  it.each([
    ['unresolved', true],
    ['rejected', true],
    ['not_found', true],
    ['named', false],
    ['already_named', false],
  ] as const)(
    'keeps it while a card of it can still be asked for: %s, which a redrive may reopen',
    (status, isKept) => {
      const { state } = chunkAfter(2);
      const lost = { correlationId: 'C0', positions: [0], startedAt: 7 };
      const ended = { ...foldLostCall({ ...state, inFlight: lost }, 9), results: new Map([[0, aResult({ status })]]) };
      const next = { correlationId: 'C1', positions: [1], startedAt: 10 };
      const { lostCalls } = foldLostCall({ ...ended, inFlight: next }, 12);
      expect(lostCalls).toEqual(isKept ? [lost, next] : [next]);
    },
  );
});
