import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { ChunkState, JournalledCall } from '../limit-increase/chunk-state.ts';
import { countResults } from '../limit-increase/counts.ts';
import type { Acceptance, JournalStep } from '../limit-increase/ports.ts';
import type { Reopening } from '../limit-increase/redrive-ledger.ts';

// What must be true of every chunk that the ledger writes or has read. A violation is a broken promise of our own: to
// stop here costs a retry, to write it could lose a card. The sentences name positions, never PARs.

export function assertChunk({ chunk, state }: Pick<JournalStep, 'chunk' | 'state'>): void {
  const cards = chunk.pars.length;
  const { plan, results, leaseUntil, inFlight } = state;
  const seen = new Set<number>();
  for (const position of [results.keys(), plan.pool, plan.suspect, ...plan.repeat, ...plan.stuck, plan.alone].flatMap(
    (of) => [...of],
  )) {
    assert(position < cards, `position ${position} is a card of the chunk`);
    assert(!seen.has(position), `position ${position} has a result, or stands in the plan, once`);
    seen.add(position);
  }
  assert(seen.size === cards, 'every card has a result or stands in the plan');
  for (const { redrive = 0 } of results.values())
    assert(redrive <= (state.redriven ?? 0), 'a result has the number of a redrive that reopened its chunk');
  for (const position of state.traces.keys()) assert(position < cards, `the trace at ${position} is of a card`);
  assert(leaseUntil === undefined || leaseUntil === state.dueAt, 'a chunk that is held falls due when its lease ends');
  assert(inFlight === undefined || leaseUntil !== undefined, 'a call is in flight only from a chunk that is held');
  for (const call of inFlight === undefined ? state.lostCalls : [...state.lostCalls, inFlight]) assertCall(call, cards);
  assertStage(state, cards);
}

function assertCall({ positions }: JournalledCall, cards: number): void {
  assert(positions.length > 0, 'a call carries a card');
  assert(new Set(positions).size === positions.length, 'a call carries no card twice');
  assert(
    positions.every((position) => position < cards),
    'a call carries cards of its chunk only',
  );
}

function assertStage({ stage, results, tallied, leaseUntil }: ChunkState, cards: number): void {
  assert((stage === 'open') === results.size < cards, 'a chunk is open as long as one of its cards is');
  if (stage === 'open') return;
  assert(leaseUntil === undefined, 'nobody holds a chunk that is settled');
  assert(isDeepStrictEqual(tallied, countResults(results.values())), 'a settled chunk is tallied');
}

export function assertAcceptance({ request, chunks }: Acceptance): void {
  for (const [index, stored] of chunks.entries()) {
    assertChunk(stored);
    const { ref, acceptedAt, expiresAt } = stored.chunk;
    assert(ref.requestId === request.requestId, 'a request is accepted with its own chunks');
    assert(ref.chunkNumber === index + 1, 'chunks are numbered from 1 without a gap');
    assert(acceptedAt === request.createdAt, 'a chunk was accepted when its request was');
    assert(expiresAt === request.expiresAt, 'a chunk expires when its request does');
  }
  if (request.status === 'receiving') return;
  const cards = chunks.reduce((sum, { chunk }) => sum + chunk.pars.length, 0);
  assert(request.chunksTotal === chunks.length, 'a request knows how many chunks it has');
  assert(request.cardsTotal === cards, 'a request knows how many cards it has');
}

export function assertReopening({ chunk, state }: Reopening): void {
  assertChunk({ chunk, state });
  assert(state.stage === 'open' && state.leaseUntil === undefined, 'a chunk is reopened for whoever takes it');
  assert(state.redriven !== undefined, 'a chunk is reopened by a redrive');
}

export function assertStep({ chunk, state, begun, ended, takes, untouched, completion }: JournalStep): void {
  assertChunk({ chunk, state });
  assert(isDeepStrictEqual(begun, state.inFlight), 'the call that begins is the one in flight');
  assert(begun === undefined || begun.correlationId !== ended?.correlationId, 'a call does not begin as it ends');
  assert(!takes || ended === undefined, 'who takes a chunk ends no call');
  assert(!untouched || (takes && state.fence === 1), 'a chunk that nobody has touched is taken for the first time');
  const isDone = state.stage === 'done';
  assert(isDone === (completion !== undefined), 'a step that makes a chunk done brings all that its request lacks');
}
