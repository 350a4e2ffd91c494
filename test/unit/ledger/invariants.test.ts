import { describe, expect, it } from 'vitest';
import { assertAcceptance, assertChunk, assertStep } from '../../../shared/ledger/invariants.ts';
import type { ChunkState } from '../../../shared/limit-increase/chunk-state.ts';
import { noCounts } from '../../../shared/limit-increase/counts.ts';
import { planFor } from '../../../shared/limit-increase/isolation.ts';
import type { JournalStep } from '../../../shared/limit-increase/ports.ts';
import { aCall, aCallingState, aChunk, anEndedCall, anOrder, aSettledState, aState } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';

const planned = (over: Partial<ChunkState['plan']>): ChunkState => aState(2, { plan: { ...planFor(0), ...over } });

const lost = (positions: number[]): ChunkState => aState(2, { lostCalls: [aCall({ positions })] });

const trace = { maybe: 'call-1', doubt: 'refused_list', tries: 0 } as const;

describe('a chunk', () => {
  it.each<[string, ChunkState]>([
    ['untouched', aState()],
    ['calling', aCallingState()],
    ['settled', aSettledState()],
    ['done', aSettledState(2, { stage: 'done' })],
    ['with each card elsewhere', planned({ repeat: [[1]], alone: [0] })],
    ['with a list that is stuck', planned({ stuck: [[1, 0]] })],
  ])('may be %s', (_, state) => {
    expect(() => assertChunk({ chunk: aChunk(), state })).not.toThrow();
  });

  it.each<[string, ChunkState]>([
    ['every card has a result or stands in the plan', planned({ pool: [0] })],
    ['position 0 has a result, or stands in the plan, once', planned({ pool: [0, 1], alone: [0] })],
    ['position 1 has a result, or stands in the plan, once', planned({ pool: [0], repeat: [[1], [1]] })],
    ['position 1 has a result, or stands in the plan, once', planned({ repeat: [[0, 1]], stuck: [[1]] })],
    ['position 2 is a card of the chunk', planned({ pool: [0, 1], suspect: [2] })],
    ['the trace at 2 is of a card', aState(2, { traces: new Map([[2, trace]]) })],
    ['falls due when its lease ends', aCallingState(2, { dueAt: aMoment })],
    ['a call is in flight only from a chunk that is held', aState(2, { inFlight: aCall() })],
    ['a call carries a card', lost([])],
    ['a call carries no card twice', lost([1, 1])],
    ['a call carries cards of its chunk only', lost([2])],
    ['is open as long as one of its cards is', aState(2, { stage: 'settled' })],
    ['is open as long as one of its cards is', aSettledState(2, { stage: 'open' })],
    ['a settled chunk is tallied', aSettledState(2, { tallied: noCounts })],
    ['nobody holds a chunk that is settled', aSettledState(2, { leaseUntil: aMoment, dueAt: aMoment })],
  ])('is refused because: %s', (sentence, state) => {
    expect(() => assertChunk({ chunk: aChunk(), state })).toThrow(sentence);
  });
});

describe('an acceptance', () => {
  it.each([
    ['how many cards', anOrder(undefined, { cardsTotal: 3 })],
    ['how many chunks', anOrder(undefined, { chunksTotal: 2 })],
    ['its own chunks', anOrder(undefined, { requestId: 'ANOTHER' })],
    ['when its request was', anOrder(undefined, { createdAt: aMoment + 1 })],
    ['without a gap', anOrder([{ chunk: aChunk({ ref: { requestId: 'R', chunkNumber: 2 } }), state: aState() }])],
  ])('is refused if a request does not know %s', (sentence, acceptance) => {
    expect(() => assertAcceptance(acceptance)).toThrow(sentence);
  });

  it('need not know how much a file that is still being read will hold', () => {
    expect(() => assertAcceptance(anOrder([], { status: 'receiving', cardsTotal: 7 }))).not.toThrow();
  });
});

describe('a step', () => {
  const step = (over: Partial<JournalStep>): JournalStep => {
    const state = aCallingState();
    return { chunk: aChunk(), state, now: aMoment, takes: false, begun: state.inFlight, ...over };
  };

  it.each<[string, JournalStep]>([
    ['the call that begins is the one in flight', step({ begun: undefined })],
    ['the call that begins is the one in flight', step({ begun: aCall({ positions: [0] }) })],
    ['a call does not begin as it ends', step({ ended: anEndedCall() })],
    ['who takes a chunk ends no call', step({ takes: true, ended: anEndedCall({ correlationId: 'another' }) })],
    ['for the first time', step({ untouched: true })],
    ['for the first time', step({ takes: true, untouched: true, state: aCallingState(2, { fence: 2 }) })],
    ['all that its request lacks', step({ state: aSettledState(2, { stage: 'done' }), begun: undefined })],
    ['all that its request lacks', step({ state: aSettledState(), begun: undefined, completion: { cards: [] } })],
  ])('is refused because: %s', (sentence, refused) => {
    expect(() => assertStep(refused)).toThrow(sentence);
  });
});
