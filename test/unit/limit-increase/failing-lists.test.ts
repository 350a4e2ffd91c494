import { describe, expect, it } from 'vitest';
import type { CallOutcome, PlatformCall } from '../../../shared/limit-increase/ports.ts';
import { aPar } from '../../support/builders.ts';
import { openCircuit } from './circuit.ts';
import { backoffMs, listing, openSettleWorld, ref, type Said, timeout } from './settle-world.ts';

// Lists that fail, as sessions carry them on: when they may be split, and for whose answers.

type World = ReturnType<typeof openSettleWorld>;

const maintenance: CallOutcome = {
  ...{
    kind: 'unknown',
    httpStatus: 400,
    reason: 'unclear_code',
    code: '000_999',
    description: '점검 중',
    breaches: [],
  },
};
const limited: CallOutcome = { kind: 'limited', httpStatus: 429, breaches: [] };
const [, , longestMs] = backoffMs;
const hourMs = 3_600_000;

/** The chunk is taken so often, each time after the longest back-off. */
async function tried(world: World, ...said: readonly Said[]): Promise<void> {
  for (const one of said) {
    world.clock.advance(longestMs);
    world.says(one);
    await world.worker().takeDue(ref, world.bounds());
    world.unsays();
  }
}

/** Another order is answered, by this process or another. */
async function anotherAnswered(world: World, worker = world.worker()): Promise<void> {
  const requestId = `OTHER${world.clock()}`;
  await world.order(1, requestId);
  await worker.takeDue({ requestId, chunkNumber: 1 }, world.bounds());
}

const sizes = ({ calls }: World, of = 'Q1') =>
  calls.filter(({ pars: [par = ''] }) => par.startsWith(of)).map(({ pars: { length } }) => length);

describe('a list that failed twice', () => {
  // failures: F093
  it('stays together while nothing is answered: one card of it is tried each time', async () => {
    const world = openSettleWorld();
    await world.order(10);
    await tried(world, ...Array(6).fill(timeout));
    expect(sizes(world)).toEqual([10, 10, 1, 1, 1, 1]);
    expect((await world.state()).plan).toMatchObject({ splits: false, alone: [] });
  });

  it('may be split after an answer to another chunk’s call that was sent since the first failure', async () => {
    const world = openSettleWorld();
    await world.order(10);
    await tried(world, timeout, timeout);
    await anotherAnswered(world);
    world.calls.length = 0;
    await tried(world, timeout, timeout);
    // The repeated list is in the pool again; its halves follow without a pause, and only the single card waits.
    expect(sizes(world).slice(0, 2)).toEqual([10, 5]);
    expect((await world.state()).plan.splits).toBe(true);
  });

  it('may be split after such an answer to another process', async () => {
    const world = openSettleWorld();
    await world.order(10);
    await tried(world, timeout, timeout);
    await anotherAnswered(world, world.otherProcess());
    world.clock.advance(6_000);
    await world.breaker.current();
    await tried(world, timeout);
    expect((await world.state()).plan.splits).toBe(true);
  });

  it('is not split for an answer from before the list first failed, though a call that was not sent failed earlier', async () => {
    const world = openSettleWorld();
    await world.order(10);
    await tried(world, { kind: 'not_sent', reason: 'connect_failed' });
    world.clock.advance(hourMs);
    await anotherAnswered(world);
    await tried(world, timeout, timeout, timeout);
    expect((await world.state()).plan).toMatchObject({ splits: false, stuck: [{ length: 10 }] });
    expect(sizes(world)).toEqual([10, 1, 10, 10, 1]);
  });

  it('is not split for an answer from before the first failure', async () => {
    const world = openSettleWorld();
    await world.order(10);
    await anotherAnswered(world);
    await tried(world, timeout, timeout, timeout);
    expect((await world.state()).plan.splits).toBe(false);
    expect(sizes(world)).toEqual([1, 10, 10, 1]);
  });
});

describe('a card that is always answered unclearly', () => {
  const poison = aPar(4);
  const says: Said = (call: PlatformCall) => {
    if (call.pars.includes(poison)) return maintenance;
    return typeof listing === 'function' ? listing(call) : listing;
  };

  // failures: F094
  it('ends unresolved with KONA’s last code and words; its neighbours are named', async () => {
    const world = openSettleWorld();
    await world.order(20);
    for (let hours = 0; hours < 80; hours += 1) {
      world.clock.advance(hourMs);
      world.says(...Array(40).fill(says));
      await world.worker().takeDue(ref, world.bounds());
      world.unsays();
      if (hours === 12) expect((await world.state()).results.size).toBe(19);
    }
    const { results, stage } = await world.state();
    expect(stage).toBe('done');
    expect([...results.values()].filter(({ status }) => status === 'named')).toHaveLength(19);
    const said = { code: '000_999', message: '점검 중' };
    expect(results.get(3)).toMatchObject({ status: 'unresolved', ...said });
    expect(world.noticesOf('unclear_code').length).toBeGreaterThan(50);
    expect(world.noticesOf('unclear_code')[0]).toMatchObject({ code: '000_999', description: '점검 중' });
  });
});

describe('a list whose chunk is tried while the circuit is open', () => {
  it('is asked for whole afterwards, however often one of its cards was the probe', async () => {
    const world = openSettleWorld();
    await world.order(10);
    await tried(world, timeout);
    await openCircuit(world.ledger, world.clock());
    world.clock.advance(6_000);
    await tried(world, ...Array(12).fill(timeout));
    expect(sizes(world)).toEqual([10, ...Array(12).fill(1)]);
    expect((await world.state()).plan).toMatchObject({ repeat: [{ length: 10 }], alone: [] });
  });

  it('is asked for whole also where it was never asked for before', async () => {
    const world = openSettleWorld();
    await world.order(10);
    await openCircuit(world.ledger, world.clock());
    await tried(world, ...Array(12).fill(timeout));
    expect((await world.state()).plan).toMatchObject({ pool: { length: 10 }, alone: [] });
  });
});

describe('a list that is answered 429', () => {
  // failures: F097
  it('is repeated as it was for an hour, and never split, while nothing else is answered', async () => {
    const world = openSettleWorld();
    await world.order(10);
    await tried(world, ...Array(12).fill(limited));
    expect(new Set(sizes(world))).toEqual(new Set([10]));
    expect(await world.state()).toMatchObject({ attempts: 0, plan: { splits: false, pool: { length: 10 } } });
    await tried(world, listing);
    expect((await world.state()).results.size).toBe(10);
  });

  it('is split at the third in a row of such lists, and its parts at each further one', async () => {
    const world = openSettleWorld();
    await world.order(10);
    const asked: (number | undefined)[] = [];
    for (let times = 0; times < 9; times += 1) {
      world.clock.advance(hourMs / 4);
      await anotherAnswered(world);
      world.calls.length = 0;
      await tried(world, limited);
      asked.push(sizes(world).at(-1));
    }
    expect(asked).toEqual([10, 10, 10, 5, 3, 2, 1, 9, 5]);
  });

  it('is treated as one that failed after three times in a row while other calls were answered', async () => {
    const world = openSettleWorld();
    await world.order(10);
    await tried(world, limited);
    world.clock.advance(longestMs);
    await anotherAnswered(world);
    await tried(world, limited);
    expect(await world.state()).toMatchObject({ limited: { times: 2 }, attempts: 0 });
    await tried(world, limited);
    expect(await world.state()).toMatchObject({
      attempts: 1,
      plan: { splits: true, suspect: { length: 10 }, repeat: [] },
    });
  });
});
