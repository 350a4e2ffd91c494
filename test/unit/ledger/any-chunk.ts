import * as fc from 'fast-check';
import {
  type CardResult,
  type CardTrace,
  type ChunkState,
  doubts,
  type JournalledCall,
} from '../../../shared/limit-increase/chunk-state.ts';
import { countResults, noCounts } from '../../../shared/limit-increase/counts.ts';
import type { StoredChunk } from '../../../shared/limit-increase/ports.ts';
import { finalCardStatuses } from '../../../shared/limit-increase/terms.ts';
import { aChunk, pars } from '../../support/builders.ts';

// Any chunk whose promises hold: every card has a result or a place in the plan, calls carry cards of the chunk.

/** A failing run prints its seed; FC_SEED runs it again. */
const seed = process.env['FC_SEED'];
export const replay: fc.Parameters<unknown> = seed === undefined ? {} : { seed: Number(seed) };

export const anInstant = fc.integer({ min: 0, max: Date.UTC(2100, 0) });

export const aCorrelationIdOf = fc
  .tuple(fc.integer({ min: 0, max: 999_999_999_999 }), fc.integer({ min: 0, max: 0xfffffff }))
  .map(([time, random]) => `${String(time).padStart(12, '0')}-${random.toString(16).padStart(7, '0')}`);

const anyText = fc.option(fc.oneof(fc.constantFrom('success', '003_050', ''), fc.string({ unit: 'binary' })), {
  nil: undefined,
});

/** Few of each, so that cards share them, as they do when one call carried them. */
const fewOf = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength: 3 });

const aResult = (ids: string[], times: number[]): fc.Arbitrary<CardResult> =>
  fc.record({
    status: fc.constantFrom(...finalCardStatuses),
    code: anyText,
    message: anyText,
    returnMessage: anyText,
    correlationId: fc.option(fc.constantFrom(...ids), { nil: undefined }),
    redrive: fc.option(fc.constantFrom(1, 2), { nil: undefined }),
    updatedAt: fc.constantFrom(...times),
  });

const aTrace = (ids: string[], times: number[]): fc.Arbitrary<CardTrace> =>
  fc.record({
    maybe: fc.constantFrom(...ids),
    doubt: fc.constantFrom(...doubts),
    listed: fc.option(fc.record({ correlationId: fc.constantFrom(...ids), returnMessage: fc.string() }), {
      nil: undefined,
    }),
    refusal: fc.option(fc.record({ code: anyText, message: anyText }), { nil: undefined }),
    said: fc.option(fc.record({ code: anyText, message: anyText }), { nil: undefined }),
    tries: fc.integer({ min: 0, max: 4 }),
    notBefore: fc.option(fc.constantFrom(...times), { nil: undefined }),
  });

const aCallOf = (cards: number): fc.Arbitrary<JournalledCall> =>
  fc.record({
    correlationId: aCorrelationIdOf,
    positions: fc.shuffledSubarray(
      Array.from({ length: cards }, (_, n) => n),
      { minLength: 1 },
    ),
    startedAt: anInstant,
  });

type Place = 'pool' | 'suspect' | 'repeat' | 'stuck' | 'alone' | 'result';
const places: Place[] = ['pool', 'suspect', 'repeat', 'stuck', 'alone', 'result'];

/** Where each card stands, in an order that is not its own: some plans are all of one kind. */
const aLayout = (cards: number): fc.Arbitrary<[number, Place][]> =>
  fc
    .tuple(
      fc.shuffledSubarray(
        Array.from({ length: cards }, (_, n) => n),
        { minLength: cards },
      ),
      fc.subarray(places, { minLength: 1 }),
      fc.infiniteStream(fc.nat()),
    )
    .map(([order, some, dice]) => order.map((n) => [n, some[(dice.next().value ?? 0) % some.length] ?? 'pool']));

function aStateOf(cards: number): fc.Arbitrary<ChunkState> {
  const shared = fc.record({ ids: fewOf(aCorrelationIdOf), times: fewOf(anInstant), layout: aLayout(cards) });
  return shared.chain(({ ids, times, layout }) => {
    const at = (place: Place): number[] => layout.filter(([, where]) => where === place).map(([n]) => n);
    const settled = at('result').length === cards;
    return fc
      .record({
        ...{ fence: fc.nat(), attempts: fc.nat({ max: 50 }), dueAt: anInstant, updatedAt: anInstant },
        held: fc.boolean(),
        call: fc.option(aCallOf(cards), { nil: undefined }),
        lostCalls: fc.array(aCallOf(cards), { maxLength: 2 }),
        ...{ credit: fc.integer({ min: -20, max: 200 }), splits: fc.boolean() },
        refusedLists: fc
          .array(aCallOf(cards), { maxLength: 3 })
          .map((calls) => calls.map(({ positions }) => positions)),
        failingSince: fc.option(anInstant, { nil: undefined }),
        limited: fc.option(fc.record({ times: fc.integer({ min: 1, max: 9 }), since: anInstant }), { nil: undefined }),
        tried: fc.option(fc.record({ ms: fc.nat(), until: fc.integer() }), { nil: undefined }),
        results: fc.tuple(...at('result').map(() => aResult(ids, times))),
        traces: fc.dictionary(fc.nat({ max: cards - 1 }).map(String), aTrace(ids, times)),
        done: fc.boolean(),
        redriven: fc.option(fc.constantFrom(2, 3), { nil: undefined }),
      })
      .map((any): ChunkState => {
        const results = new Map(
          at('result').flatMap((n, index) => {
            const result = any.results[index];
            const redrive = any.redriven && result?.redrive;
            return result === undefined ? [] : [[n, { ...result, redrive }] as const];
          }),
        );
        const held = any.held && !settled;
        return {
          ...{ fence: any.fence, attempts: any.attempts, dueAt: any.dueAt, updatedAt: any.updatedAt },
          leaseUntil: held ? any.dueAt : undefined,
          inFlight: held ? any.call : undefined,
          ...{ lostCalls: any.lostCalls, refusedLists: any.refusedLists },
          ...{ failingSince: any.failingSince, limited: any.limited, tried: any.tried },
          redriven: any.redriven,
          stage: settled ? (any.done ? 'done' : 'settled') : 'open',
          plan: {
            pool: at('pool'),
            suspect: at('suspect'),
            ...{ repeat: inLists(at('repeat')), stuck: inLists(at('stuck')) },
            alone: at('alone'),
            ...{ splits: any.splits, credit: any.credit },
          },
          traces: new Map(Object.entries(any.traces).map(([n, trace]) => [Number(n), trace])),
          results,
          tallied: settled ? countResults(results.values()) : noCounts,
        };
      });
  });
}

const inLists = (cards: number[]): number[][] => {
  const half = Math.ceil(cards.length / 2);
  return [cards.slice(0, half), cards.slice(half)].filter((list) => list.length > 0);
};

/** A chunk of 1 to 100 cards in any state that it may be in. */
export const anyStoredChunk: fc.Arbitrary<StoredChunk> = fc
  .integer({ min: 1, max: 100 })
  .chain((cards) => aStateOf(cards).map((state) => ({ chunk: aChunk({ pars: pars(cards) }), state })));
