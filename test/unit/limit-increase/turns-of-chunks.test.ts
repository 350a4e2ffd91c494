import { describe, expect, it } from 'vitest';
import { corporationIdOf } from '../../../shared/limit-increase/circuit-breaker.ts';
import type { PlatformState } from '../../../shared/limit-increase/platform-state.ts';
import type { CallOutcome, Ledger } from '../../../shared/limit-increase/ports.ts';
import { aCorporation, retention } from '../../support/builders.ts';
import { closeCircuit, openCircuit } from './circuit.ts';
import { backoffMs, listing, openSettleWorld, ref, timeout } from './settle-world.ts';

// Chunks whose calls need a turn: under a pace, of a refused corporation, after an opening.

type World = ReturnType<typeof openSettleWorld>;

const limited: CallOutcome = { kind: 'limited', httpStatus: 429, breaches: [] };

/** What another process noted of the platform. */
async function noted({ ledger }: World, over: Partial<PlatformState>): Promise<void> {
  const known = await ledger.readPlatformState();
  await ledger.writePlatformState({ ...known, ...over, version: known.version + 1 });
}

const paceAt = (world: World, ms: number) => ({
  pace: {
    intervalMs: 7_000,
    nextAt: world.clock() + ms,
    limitedAt: world.clock() - 1_000,
    resumesAt: world.clock() - 1_000,
  },
});

const refusedFor = (world: World, ms: number) => ({
  refusedCorporations: [{ corporation: corporationIdOf(aCorporation()), attempts: 1, until: world.clock() + ms }],
});

describe('a chunk under a pace', () => {
  it('waits for its turn up to 30 seconds, and is left as it is if that takes longer', async () => {
    const world = openSettleWorld();
    await world.order(2);
    await noted(world, paceAt(world, 30_001));
    const before = await world.ledger.readChunk(ref);
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('platform_down');
    expect([world.calls, await world.ledger.readChunk(ref)]).toEqual([[], before]);
    const turnAt = world.clock() + 30_001;
    world.clock.advance(1);
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('settled');
    expect(world.calls).toMatchObject([{ startedAt: turnAt, pars: { length: 2 } }]);
  });

  it('of an order waits for ten seconds and no longer', async () => {
    const world = openSettleWorld();
    await world.order(2);
    await noted(world, paceAt(world, 10_501));
    const order = { ...world.bounds(), isOrder: true };
    expect((await world.worker().takeDue(ref, order)).end).toBe('platform_down');
    world.clock.advance(1);
    expect((await world.worker().takeDue(ref, order)).end).toBe('settled');
  });

  it('makes one call for each turn, with whole lists, and goes on while its turns come in time', async () => {
    const world = openSettleWorld();
    await world.order(6);
    await noted(world, paceAt(world, 0));
    const inPairs = world.worker({}, { parsPerCallMax: 2 });
    expect((await inPairs.takeDue(ref, world.bounds())).end).toBe('settled');
    const starts = world.calls.map(({ startedAt }) => startedAt);
    const apart = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(apart).toEqual([7_000, 6_790]);
    expect(world.calls.map(({ pars: { length } }) => length)).toEqual([2, 2, 2]);
  });

  it('is parked with the next call due at once when its time is up', async () => {
    const world = openSettleWorld();
    await world.order(6);
    await noted(world, paceAt(world, 0));
    const inPairs = world.worker({}, { parsPerCallMax: 2 });
    expect((await inPairs.takeDue(ref, { deadline: world.clock() + 15_000 })).end).toBe('parked');
    expect(world.calls).toHaveLength(1);
    expect(await world.state()).toMatchObject({ attempts: 0, dueAt: world.clock(), plan: { pool: [2, 3, 4, 5] } });
    expect((await world.state()).leaseUntil).toBeUndefined();
  });

  it('sets it for all: after a 429 another chunk’s call is not made within the pause', async () => {
    const world = openSettleWorld();
    await world.order(2);
    await world.order(2, 'OTHER');
    world.says(limited);
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('parked');
    const other = { requestId: 'OTHER', chunkNumber: 1 };
    expect((await world.otherProcess().takeDue(other, world.bounds())).end).toBe('platform_down');
    expect(world.calls).toHaveLength(1);
    world.clock.advance(60_000);
    expect((await world.otherProcess().takeDue(other, world.bounds())).end).toBe('settled');
  });

  it('is read before it is taken, where a queue message says that nobody has touched it', async () => {
    const world = openSettleWorld();
    await world.order(2);
    await noted(world, paceAt(world, 60_000));
    await world.breaker.current();
    const rung = { ...ref, untouched: { cards: 2, expiresAt: retention(world.clock()) } };
    expect((await world.worker().takeRung(rung, world.bounds())).end).toBe('platform_down');
    expect([world.calls, (await world.state()).fence]).toEqual([[], 0]);
  });
});

describe('a chunk of a refused corporation', () => {
  it('falls due with its corporation, without a call, and is not written again until then', async () => {
    const world = openSettleWorld();
    await world.order(2);
    await noted(world, refusedFor(world, 90_000));
    const until = world.clock() + 90_000;
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('parked');
    expect(await world.state()).toMatchObject({ fence: 1, dueAt: until, attempts: 0 });
    let writes = 0;
    const journal: Ledger['journal'] = async (step) => {
      writes += 1;
      return world.ledger.journal(step);
    };
    expect((await world.worker({ journal }).takeRung(ref, world.bounds())).end).toBe('not_due');
    expect([world.calls, writes]).toEqual([[], 0]);
    world.clock.advance(90_000);
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('settled');
    expect((await world.ledger.readPlatformState()).refusedCorporations).toEqual([]);
  });

  it('that is due later than its corporation is left as it is', async () => {
    const world = openSettleWorld();
    await world.order(2);
    world.clock.advance(-100_000);
    await noted(world, refusedFor(world, 90_000));
    const before = await world.ledger.readChunk(ref);
    expect((await world.worker().takeRung(ref, world.bounds())).end).toBe('not_due');
    expect([world.calls, await world.ledger.readChunk(ref)]).toEqual([[], before]);
  });

  it('does not send the call that was journalled before its process learned of the refusal', async () => {
    const world = openSettleWorld();
    await world.order(2);
    await world.breaker.current();
    await noted(world, refusedFor(world, 90_000));
    world.clock.advance(6_000);
    const rung = { ...ref, untouched: { cards: 2, expiresAt: retention(world.clock() - 6_000) } };
    await world.worker().takeRung(rung, world.bounds());
    expect(world.calls).toEqual([]);
    expect(world.noticesOf('call_ended')).toMatchObject([{ outcome: { name: 'not_sent', reason: 'platform_down' } }]);
  });

  it('keeps nobody else: chunks of other corporations are taken at once', async () => {
    const world = openSettleWorld();
    const other = aCorporation({ registrationNumber: '1101117125720' });
    await world.order(2, ref.requestId, other);
    await noted(world, refusedFor(world, 90_000));
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('settled');
  });
});

describe('a chunk that failed before calls were taken again', () => {
  it('is taken by its queue message though its back-off is not over; one that failed afterwards is not', async () => {
    const world = openSettleWorld();
    await world.order(2);
    world.says(timeout, timeout);
    await world.worker().takeDue(ref, world.bounds());
    await openCircuit(world.ledger, world.clock());
    await closeCircuit(world.ledger, world.clock.advance(6_000));
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('not_due');
    expect((await world.worker().takeRung(ref, world.bounds())).end).toBe('parked');
    expect(world.calls).toHaveLength(2);
    world.says(listing);
    expect((await world.worker().takeRung(ref, world.bounds())).end).toBe('not_due');
    world.clock.advance(backoffMs[1]);
    expect((await world.worker().takeRung(ref, world.bounds())).end).toBe('settled');
  });
});
