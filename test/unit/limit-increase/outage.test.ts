import { describe, expect, it } from 'vitest';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { aRequestId } from '../../support/builders.ts';
import { keyRefused, listing, openSettleWorld, ref, refusedAs, timeout } from './settle-world.ts';

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

const stateOf = async (world: World, order: number) => (await world.ledger.readChunk(refOf(order)))?.state;

describe('an outage', () => {
  it('is declared when calls for three chunks in a row end without an answer, and by nobody before', async () => {
    expect(await (await withFailed(2)).ledger.readPlatformState()).toMatchObject({ state: 'up' });
    const world = await withFailed(3);
    const since = world.clock();
    expect(await world.ledger.readPlatformState()).toMatchObject({ state: 'down', reason: 'no_answer', since });
    expect(world.noticesOf('platform_down')).toEqual([{ notice: 'platform_down', reason: 'no_answer' }]);
  });

  it.each([
    ['a refused connection', { kind: 'not_sent', reason: 'connect_econnrefused' }, 'down'],
    ['a 503', { kind: 'unknown', httpStatus: 503, reason: 'http_5xx', breaches: [] }, 'down'],
    ['a 429', { kind: 'unknown', httpStatus: 429, reason: 'http_429', breaches: [] }, 'down'],
    [
      'a 500 with a code',
      { kind: 'unknown', httpStatus: 500, code: '999_999', reason: 'http_5xx', breaches: [] },
      'down',
    ],
    ['a page with status 200', { kind: 'unknown', httpStatus: 200, reason: 'not_json', breaches: [] }, 'down'],
    ['a redirect', { kind: 'unknown', httpStatus: 302, reason: 'http_3xx', breaches: [] }, 'down'],
    [
      'a 200 with a code',
      { kind: 'unknown', httpStatus: 200, code: '999_999', reason: 'other_code', breaches: [] },
      'up',
    ],
    ['a secret that cannot be read', { kind: 'not_sent', reason: 'credentials_unavailable' }, 'up'],
  ] satisfies [string, CallOutcome, string][])('after three chunks that met %s: the platform is %s', async (...row) => {
    const [, outcome, state] = row;
    expect(await (await withFailed(3, outcome)).ledger.readPlatformState()).toMatchObject({ state });
  });

  it('is not what one card makes that the platform fails at every time', async () => {
    const world = await withFailed(1);
    for (let tries = 0; tries < 5; tries += 1) {
      world.clock.advance(300_000);
      world.says(timeout);
      await world.worker().takeDue(refOf(1), world.bounds());
    }
    expect(await world.ledger.readPlatformState()).toMatchObject({ state: 'up' });
  });

  it('is not declared when an answer came between', async () => {
    const world = await withFailed(2);
    await world.order(1, 'GOOD');
    world.says(refusedAs('not_found', '003_021'));
    await world.worker().takeDue({ requestId: 'GOOD', chunkNumber: 1 }, world.bounds());
    await world.order(1, 'BAD');
    world.says(timeout);
    await world.worker().takeDue({ requestId: 'BAD', chunkNumber: 1 }, world.bounds());
    expect(await world.ledger.readPlatformState()).toMatchObject({ state: 'up' });
  });

  it('is not declared of calls that failed before the last one, whoever saw that', async () => {
    const world = await withFailed(2);
    const since = world.clock();
    await world.ledger.declareDown({ reason: 'no_answer', since, nextProbeAt: since + 15_000 });
    await world.ledger.declareUp({ since, at: since + 60_000 });
    world.clock.advance(70_000);
    await world.order(3, 'ORDER3');
    world.says(timeout);
    await world.worker().takeDue(refOf(3), world.bounds());
    expect(await world.ledger.readPlatformState()).toMatchObject({ state: 'up' });
  });

  it('is declared at once when the keys are refused and no newer secret helps', async () => {
    const healed = openSettleWorld();
    await healed.order(2);
    healed.says(keyRefused, listing);
    await healed.worker().takeDue(ref, healed.bounds());
    expect(await healed.ledger.readPlatformState()).toMatchObject({ state: 'up' });

    const world = openSettleWorld();
    await world.order(2);
    world.keysStay();
    world.says(keyRefused);
    await world.worker().takeDue(ref, world.bounds());
    expect(await world.ledger.readPlatformState()).toMatchObject({ state: 'down', reason: 'credentials_refused' });
  });

  it('goes unnoticed while the ledger cannot be asked: work goes on', async () => {
    const world = await withFailed(3);
    const watch = world.watchOver({ readPlatformState: async () => Promise.reject(new Error('away')) });
    expect(await watch.current()).toMatchObject({ state: 'up' });
    expect(world.noticesOf('platform_unread')).toHaveLength(1);
  });
});

describe('while the platform is down', () => {
  it('no chunk is taken, and none is written', async () => {
    const world = await withFailed(3);
    await world.order(2, aRequestId);
    const before = await world.ledger.readChunk(ref);
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('platform_down');
    expect((await world.worker().takeRung(ref, world.bounds())).end).toBe('platform_down');
    expect(world.calls).toHaveLength(3);
    expect(await world.ledger.readChunk(ref)).toEqual(before);
    expect(await world.ledger.listDue(world.clock(), 10, 'chunk')).toMatchObject([{ ref }]);
  });

  it('another process knows it too', async () => {
    const world = await withFailed(3);
    await world.order(2, aRequestId);
    const other = world.otherProcess();
    expect((await other.takeDue(ref, world.bounds())).end).toBe('platform_down');
  });

  it('one worker probes, with one card, when the time has come; that it fails costs the chunk no attempt', async () => {
    const world = await withFailed(3);
    for (const order of [4, 5]) await world.order(3, `ORDER${order}`);
    world.clock.advance(15_000);
    world.says(timeout);
    const [one, other] = [world.worker(), world.otherProcess()];
    const ends = await Promise.all([one.takeDue(refOf(4), world.bounds()), other.takeDue(refOf(5), world.bounds())]);
    expect(ends.map(({ end }) => end).sort()).toEqual(['parked', 'platform_down']);
    expect(world.calls.slice(3)).toMatchObject([{ pars: [expect.any(String)] }]);
    const probed = await stateOf(world, ends[0].end === 'parked' ? 4 : 5);
    expect(probed).toMatchObject({ attempts: 0, dueAt: world.clock() - 100 + 30_000 });
  });

  it('the probes come after 15, 30 and then every 60 seconds', async () => {
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
    expect(times).toEqual([15, 45, 105, 165, 225]);
  });

  it('a probe that is answered ends it, and its worker goes on with the other cards', async () => {
    const world = await withFailed(3);
    const since = world.clock();
    world.clock.advance(15_000);
    expect((await world.worker().takeDue(refOf(3), world.bounds())).end).toBe('settled');
    expect(world.calls.slice(3).map(({ pars }) => pars.length)).toEqual([1, 2]);
    const downMs = 15_100;
    const up = { state: 'up', since: since + downMs, downTotalMs: downMs };
    expect(await world.ledger.readPlatformState()).toEqual(up);
    expect(world.noticesOf('platform_up')).toEqual([{ notice: 'platform_up', downMs }]);
    await world.order(2, aRequestId);
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('settled');
  });

  it('a bell does not make the last probe its chunk again: it may be that one that the platform fails at', async () => {
    const world = await withFailed(3);
    world.clock.advance(15_000);
    world.says(timeout);
    await world.worker().takeDue(refOf(3), world.bounds());
    world.clock.advance(60_000);
    expect((await world.worker().takeRung(refOf(3), world.bounds())).end).toBe('platform_down');
    expect((await world.worker().takeRung(refOf(2), world.bounds())).end).toBe('settled');
  });

  it('an answer to a call from before it ends nothing, and its session stops', async () => {
    const world = openSettleWorld();
    await world.order(4);
    const down = { reason: 'no_answer', nextProbeAt: world.clock() + 60_000 } as const;
    world.says(async (call) => {
      await world.ledger.declareDown({ ...down, since: world.clock() });
      world.clock.advance(6_000);
      await world.watch.current();
      return typeof listing === 'function' ? listing(call) : listing;
    });
    const slow = world.worker({}, { parsPerCallMax: 2 });
    expect((await slow.takeDue(ref, world.bounds())).end).toBe('parked');
    expect(world.calls).toHaveLength(1);
    expect(await world.state()).toMatchObject({ dueAt: down.nextProbeAt, attempts: 0 });
  });
});
