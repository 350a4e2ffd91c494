import { describe, expect, it } from 'vitest';
import { nothingNoted } from '../../../shared/limit-increase/platform-state.ts';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { aRequestId } from '../../support/builders.ts';
import { closeCircuit, openCircuit } from './circuit.ts';
import { backoffMs, listing, openSettleWorld, ref, refusedAs, timeout } from './settle-world.ts';

type World = ReturnType<typeof openSettleWorld>;

const refOf = (order: number) => ({ requestId: `ORDER${order}`, chunkNumber: 1 });

/** So many orders of three cards, each of which the platform leaves without an answer. */
async function withFailed(orders: number, outcome: CallOutcome = timeout): Promise<World> {
  const world = openSettleWorld();
  for (let order = 1; order <= orders; order += 1) {
    await world.order(3, `ORDER${order}`);
    world.says(outcome);
    await world.worker().takeDue(refOf(order), world.bounds());
  }
  return world;
}

const openOf = async ({ ledger }: World) => (await ledger.readPlatformState()).open;
const stateOf = async (world: World, order: number) => (await world.ledger.readChunk(refOf(order)))?.state;
const unclear = (httpStatus: number, reason: string, code?: string): CallOutcome => ({
  ...{ kind: 'unknown', httpStatus, reason, breaches: [] },
  code,
});

describe('an outage', () => {
  it('is recognised when three chunks fail, each for the first time, and not before', async () => {
    expect(await openOf(await withFailed(2))).toBeUndefined();
    const world = await withFailed(3);
    expect(await openOf(world)).toMatchObject({ reason: 'no_answer', openedAt: world.clock() });
    expect(world.noticesOf('platform_down')).toMatchObject([{ reason: 'no_answer' }]);
  });

  it.each([
    ['a refused connection', { kind: 'not_sent', reason: 'connect_econnrefused' }, 'no_answer'],
    ['a maintenance text in a 400', unclear(400, 'unclear_code', '000_999'), 'no_answer'],
    ['a 400 without a code', unclear(400, 'no_code'), 'no_answer'],
    ['a 503', unclear(503, 'http_5xx'), 'no_answer'],
    ['a 500 with a code', unclear(500, 'http_5xx', '999_999'), 'no_answer'],
    ['a page with status 200', unclear(200, 'not_json'), 'no_answer'],
    ['a 200 with another code', unclear(200, 'other_code', '999_999'), 'no_answer'],
    ['a redirect', unclear(302, 'http_3xx'), 'no_answer'],
    ['a 429', { kind: 'limited', httpStatus: 429, breaches: [] }, undefined],
    ['a secret that cannot be read', { kind: 'not_sent', reason: 'credentials_unavailable' }, undefined],
    ['a refusal of a card', refusedAs('not_found', '003_021'), undefined],
  ] satisfies [string, CallOutcome, string | undefined][])(
    // failures: F088 F093
    'after three chunks that met %s: the circuit is open for %s',
    async (_, outcome, reason) => {
      expect((await openOf(await withFailed(3, outcome)))?.reason).toBe(reason);
    },
  );

  // failures: F089
  it('is not what one chunk makes that the platform fails at every time', async () => {
    const world = await withFailed(1);
    for (let tries = 0; tries < 5; tries += 1) {
      world.clock.advance(300_000);
      world.says(timeout);
      await world.worker().takeDue(refOf(1), world.bounds());
    }
    expect(await openOf(world)).toBeUndefined();
  });

  // failures: F095
  it('is not what many chunks make that fail again and again, once they have been answered beside', async () => {
    const world = await withFailed(3);
    world.clock.advance(backoffMs[0]);
    await world.order(1, 'GOOD');
    await world.worker().takeDue({ requestId: 'GOOD', chunkNumber: 1 }, world.bounds());
    expect(await openOf(world)).toBeUndefined();
    for (let tries = 0; tries < 4; tries += 1) {
      world.clock.advance(300_000);
      world.says(...Array(6).fill(timeout));
      for (const order of [1, 2, 3]) await world.worker().takeDue(refOf(order), world.bounds());
      world.unsays();
    }
    expect(world.noticesOf('platform_down')).toHaveLength(1);
    expect(await openOf(world)).toBeUndefined();
  });

  it('is not recognised when an answer came in between', async () => {
    const world = await withFailed(2);
    await world.order(1, 'GOOD');
    world.says(refusedAs('not_found', '003_021'));
    await world.worker().takeDue({ requestId: 'GOOD', chunkNumber: 1 }, world.bounds());
    await world.order(1, 'BAD');
    world.says(timeout);
    await world.worker().takeDue({ requestId: 'BAD', chunkNumber: 1 }, world.bounds());
    expect(await openOf(world)).toBeUndefined();
  });

  it('is not recognised by chunks that failed before the last one, whoever saw that', async () => {
    const world = await withFailed(2);
    await openCircuit(world.ledger, world.clock());
    await closeCircuit(world.ledger, world.clock() + 60_000);
    world.clock.advance(70_000);
    await world.order(3, 'ORDER3');
    world.says(timeout);
    await world.worker().takeDue(refOf(3), world.bounds());
    expect(await openOf(world)).toBeUndefined();
  });

  it('goes unnoticed while the ledger cannot be asked: work goes on', async () => {
    const world = await withFailed(3);
    const breaker = world.breakerOver({ readPlatformState: async () => Promise.reject(new Error('away')) });
    expect(await breaker.current()).toEqual(nothingNoted);
    expect(world.noticesOf('platform_unread')).toHaveLength(1);
    await world.order(2, aRequestId);
    expect((await world.workerWith(breaker).takeDue(ref, world.bounds())).end).toBe('settled');
  });

  it('is not written by calls that are answered', async () => {
    const world = openSettleWorld();
    for (let order = 1; order <= 5; order += 1) {
      await world.order(3, `ORDER${order}`);
      await world.worker().takeDue(refOf(order), world.bounds());
    }
    expect(await world.ledger.readPlatformState()).toEqual(nothingNoted);
  });
});

describe('while the circuit is open', () => {
  it('no chunk is taken, and none is written', async () => {
    const world = await withFailed(3);
    await world.order(2, aRequestId);
    const before = await world.ledger.readChunk(ref);
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('platform_down');
    expect((await world.worker().takeRung(ref, world.bounds())).end).toBe('platform_down');
    expect(world.calls).toHaveLength(3);
    expect(await world.ledger.readChunk(ref)).toEqual(before);
    const due = await world.ledger.listDue(world.clock(), 10, 'chunk');
    expect(due).toContainEqual(expect.objectContaining({ ref }));
  });

  it('another process knows it too', async () => {
    const world = await withFailed(3);
    await world.order(2, aRequestId);
    const other = world.otherProcess();
    expect((await other.takeDue(ref, world.bounds())).end).toBe('platform_down');
  });

  it('one worker has the turn, with one card; that it fails costs the chunk no attempt', async () => {
    const world = await withFailed(3);
    for (const order of [4, 5]) await world.order(3, `ORDER${order}`);
    world.clock.advance(15_000);
    world.says(timeout);
    const [one, other] = [world.worker(), world.otherProcess()];
    const ends = await Promise.all([one.takeDue(refOf(4), world.bounds()), other.takeDue(refOf(5), world.bounds())]);
    expect(ends.map(({ end }) => end).sort()).toEqual(['parked', 'platform_down']);
    expect(world.calls.slice(3)).toMatchObject([{ pars: [expect.any(String)] }]);
    const probed = await stateOf(world, ends[0].end === 'parked' ? 4 : 5);
    expect(probed).toMatchObject({ attempts: 0, dueAt: world.clock(), failingSince: world.clock() });
  });

  // failures: F086
  it('turns come after 15, 30 and then every 50 seconds', async () => {
    const world = await withFailed(3);
    const began = world.clock();
    const times: number[] = [];
    for (let second = 1; second <= 240; second += 1) {
      world.clock.advance(began + second * 1_000 - world.clock());
      await world.order(1, `SECOND${second}`);
      world.says(timeout);
      const { end } = await world.worker().takeDue({ requestId: `SECOND${second}`, chunkNumber: 1 }, world.bounds());
      if (end === 'parked') times.push(second);
      else world.unsays();
    }
    expect(times).toEqual([15, 45, 95, 145, 195]);
  });

  it('a call that is answered closes it, and its worker goes on with the other cards', async () => {
    const world = await withFailed(3);
    const openedAt = world.clock();
    world.clock.advance(15_000);
    expect((await world.worker().takeDue(refOf(3), world.bounds())).end).toBe('settled');
    expect(world.calls.slice(3).map(({ pars }) => pars.length)).toEqual([1, 2]);
    const downMs = 15_100;
    const closed = { recoveredAt: openedAt + downMs, openTotalMs: downMs, failures: [] };
    expect(await world.ledger.readPlatformState()).toMatchObject(closed);
    expect(await openOf(world)).toBeUndefined();
    expect(world.noticesOf('platform_up')).toEqual([{ notice: 'platform_up', downMs }]);
    await world.order(2, aRequestId);
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('settled');
  });

  it('a queue message does not give the last turn’s chunk the next one: it may be what the platform fails at', async () => {
    const world = await withFailed(3);
    world.clock.advance(15_000);
    world.says(timeout);
    await world.worker().takeDue(refOf(3), world.bounds());
    world.clock.advance(60_000);
    expect((await world.worker().takeRung(refOf(3), world.bounds())).end).toBe('not_due');
    expect((await world.worker().takeRung(refOf(2), world.bounds())).end).toBe('settled');
  });

  it('an answer to a call from before the opening does not close it, and its session stops', async () => {
    const world = openSettleWorld();
    await world.order(4);
    world.says(async (call) => {
      await openCircuit(world.ledger, world.clock() + 1);
      world.clock.advance(6_000);
      await world.breaker.current();
      return typeof listing === 'function' ? listing(call) : listing;
    });
    const slow = world.worker({}, { parsPerCallMax: 2 });
    expect((await slow.takeDue(ref, world.bounds())).end).toBe('parked');
    expect(world.calls).toHaveLength(1);
    expect(await world.state()).toMatchObject({ dueAt: world.clock(), attempts: 0, plan: { pool: [2, 3] } });
    expect(await openOf(world)).toBeDefined();
  });
});
