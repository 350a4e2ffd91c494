import { describe, expect, it } from 'vitest';
import { strangeWordTwice } from '../../../shared/limit-increase/card-traces.ts';
import { cutChunks } from '../../../shared/limit-increase/chunk.ts';
import type { ChunkState } from '../../../shared/limit-increase/chunk-state.ts';
import { foldLostCall, foldOutcome } from '../../../shared/limit-increase/journal.ts';
import { nextStep } from '../../../shared/limit-increase/next-step.ts';
import type { CallOutcome, RefusalMeaning } from '../../../shared/limit-increase/ports.ts';
import { corporation, parAt, rules } from './platform-model.ts';

const backoffMs = rules.backoffMs[0];

const refused = (meaning: RefusalMeaning, code: string): CallOutcome => ({
  kind: 'refused',
  meaning,
  code,
  description: `about ${code}`,
  httpStatus: 400,
  breaches: [],
});
const timedOut: CallOutcome = { kind: 'unknown', reason: 'timeout', breaches: [] };
const listing = (...cards: readonly (number | [number, string])[]): CallOutcome => ({
  kind: 'answered',
  httpStatus: 200,
  code: '000_000',
  listed: cards.map((card) =>
    Array.isArray(card) ? { par: parAt(card[0]), returnMessage: card[1] } : { par: parAt(card) },
  ),
  breaches: [],
});

/** A chunk of `cards` cards, and its state after these outcomes, each the answer to what the plan asks for next. */
function chunkAfter(cards: number, ...outcomes: readonly CallOutcome[]) {
  const pars = Array.from({ length: cards }, (_, position) => parAt(position));
  const [stored] = cutChunks({ requestId: 'R', acceptedAt: 0, expiresAt: 0, corporation, pars, dueAt: 0 });
  if (stored === undefined) throw new Error('no cards');
  const { chunk } = stored;
  let { state } = stored;
  let before = state;
  let at = 0;
  for (const [index, outcome] of outcomes.entries()) {
    const next = nextStep(state, 100, at);
    if (next.step === 'wait') at = next.until;
    const asked = nextStep(state, 100, at);
    if (asked.step !== 'ask') throw new Error(`nothing is asked for before outcome ${index}`);
    const call = { correlationId: `C${index}`, positions: asked.positions, startedAt: at };
    before = state;
    state = foldOutcome({ ...state, inFlight: call }, { chunk, call, outcome, at }, rules);
  }
  return { chunk, state, before, at, next: nextStep(state, 100, at) };
}

const aloneCall = (n: number) => ({ correlationId: `C${n}`, positions: [1], startedAt: 0 });

const statuses = (state: ChunkState): (string | undefined)[] =>
  [...state.results.entries()].sort(([a], [b]) => a - b).map(([position, { status }]) => `${position} ${status}`);

describe('an answered list', () => {
  it('names exactly the listed cards and asks for a missing one alone', () => {
    const { state, next } = chunkAfter(3, listing(0, [2, 'Success']));
    expect(statuses(state)).toEqual(['0 named', '2 named']);
    expect(next).toEqual({ step: 'ask', positions: [1] });
  });

  it('does not believe a word that it does not know, and asks again alone', () => {
    const { state, next } = chunkAfter(2, listing(0, [1, 'Pending']));
    expect(statuses(state)).toEqual(['0 named']);
    expect(next).toEqual({ step: 'ask', positions: [1] });
  });

  it('takes "already named" alone for the naming that an earlier listing spoke of', () => {
    const { state } = chunkAfter(2, listing(0, [1, 'Pending']), refused('already_named', '003_050'));
    expect(state.results.get(1)).toMatchObject({ status: 'named', correlationId: 'C0', returnMessage: 'Pending' });
  });

  it('leaves a card open, and says so, when the same unknown word comes alone twice', () => {
    const once = chunkAfter(2, listing(0, [1, 'Pending']), listing([1, 'Pending']));
    expect(strangeWordTwice(once.before, once.state, aloneCall(1))).toBeUndefined();
    const twice = chunkAfter(2, listing(0, [1, 'Pending']), listing([1, 'Pending']), listing([1, 'Pending']));
    expect(strangeWordTwice(twice.before, twice.state, aloneCall(2))).toBe('Pending');
    expect(statuses(twice.state)).toEqual(['0 named']);
    expect(twice.next.step).toBe('wait');
  });

  it('ignores cards that were not sent', () => {
    const { state } = chunkAfter(1, listing(7));
    expect(state.results.size).toBe(0);
  });

  it('is not a success for a card that one of two entries gives an unknown word', () => {
    const { state } = chunkAfter(1, listing([0, 'Success'], [0, 'Pending']));
    expect(state.results.size).toBe(0);
  });
});

describe('a refused card', () => {
  it.each([
    ['not_found', '003_021', 'not_found'],
    ['already_named', '003_050', 'already_named'],
    ['card_refused', '003_022', 'rejected'],
  ] as const)('sent alone and refused as %s is final', (meaning, code, status) => {
    const { state } = chunkAfter(1, refused(meaning, code));
    expect(state.results.get(0)).toEqual({
      status,
      code,
      message: `about ${code}`,
      correlationId: 'C0',
      updatedAt: 0,
    });
  });

  it('is not judged by a list', () => {
    const { state } = chunkAfter(2, refused('not_found', '003_021'));
    expect(state.results.size).toBe(0);
  });

  it('is rejected after a call of unknown end only when the same answer comes twice, a back-off apart', () => {
    const once = chunkAfter(1, timedOut, refused('card_refused', '003_022'));
    expect(once.state.results.size).toBe(0);
    expect(once.next).toEqual({ step: 'wait', until: once.at + backoffMs });
    const other = chunkAfter(1, timedOut, refused('card_refused', '003_022'), refused('card_refused', '001_006'));
    expect(other.state.results.size).toBe(0);
    const twice = chunkAfter(1, timedOut, refused('card_refused', '003_022'), refused('card_refused', '003_022'));
    expect(statuses(twice.state)).toEqual(['0 rejected']);
  });

  it('must be refused twice anew when another call of unknown end came in between', () => {
    const refusal = refused('card_refused', '003_022');
    const { state } = chunkAfter(1, timedOut, refusal, timedOut, refusal);
    expect(state.results.size).toBe(0);
  });

  it('was named by our lost call if its late word says so', () => {
    const { chunk, state } = chunkAfter(1, timedOut);
    const call = { correlationId: 'C9', positions: [0], startedAt: 0 };
    const outcome = refused('already_named', '003_050');
    const after = foldOutcome({ ...state, inFlight: call }, { chunk, call, outcome, at: 0, lateListing: 'C5' }, rules);
    expect(after.results.get(0)).toMatchObject({ status: 'named', correlationId: 'C5' });
  });
});

describe('a refused list', () => {
  it('is rejected whole, without splitting, where the corporation’s own fields are at fault', () => {
    const { state, next } = chunkAfter(3, refused('corporation_fault', '000_015'));
    expect(statuses(state)).toEqual(['0 rejected', '1 rejected', '2 rejected']);
    expect(next.step).toBe('settled');
  });

  it('says nothing of its cards where our credentials were refused', () => {
    const { state, next } = chunkAfter(3, refused('credentials_refused', '401'));
    expect(state.traces.size).toBe(0);
    expect(next).toEqual({ step: 'ask', positions: [0, 1, 2] });
  });
});

describe('a list of unknown fate', () => {
  it('is sent once more as it was, then card by card', () => {
    const once = chunkAfter(3, timedOut);
    expect(once.next).toEqual({ step: 'ask', positions: [0, 1, 2] });
    const twice = chunkAfter(3, timedOut, timedOut);
    expect(twice.next).toEqual({ step: 'ask', positions: [0] });
    const refusedThen = chunkAfter(3, timedOut, refused('already_named', '003_050'));
    expect(refusedThen.next).toEqual({ step: 'ask', positions: [0] });
  });

  it('lets the other cards go first when one card alone is never answered', () => {
    const { next } = chunkAfter(3, timedOut, timedOut, timedOut);
    expect(next).toEqual({ step: 'ask', positions: [1] });
  });

  it('grows the back-off while nothing is answered, and starts anew once something is', () => {
    expect(chunkAfter(3, timedOut, timedOut).state.attempts).toBe(2);
    expect(chunkAfter(3, timedOut, listing(0, 1)).state.attempts).toBe(0);
  });

  it('leaves no trace where the call was surely not sent', () => {
    const { state } = chunkAfter(2, { kind: 'not_sent', reason: 'refused_connection' });
    expect(state.traces.size).toBe(0);
    expect(state.attempts).toBe(1);
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

  it('counts a call whose worker vanished as unknown, and keeps it for its late word', () => {
    const { state } = chunkAfter(2);
    const call = { correlationId: 'C0', positions: [0, 1], startedAt: 0 };
    const after = foldLostCall({ ...state, inFlight: call }, 9);
    expect(after.inFlight).toBeUndefined();
    expect(after.lostCalls).toEqual([call]);
    expect(after.traces.get(0)).toMatchObject({ maybe: 'C0', unknown: true });
    expect(nextStep(after, 100, 9)).toEqual({ step: 'ask', positions: [0, 1] });
  });
});
