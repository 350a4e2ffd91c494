import { describe, expect, it } from 'vitest';
import { type Order, requestIdOf } from '../../../shared/limit-increase/order.ts';
import type { Ledger } from '../../../shared/limit-increase/ports.ts';
import { createRequestLimitIncrease } from '../../../shared/limit-increase/request-limit-increase.ts';
import { aCorporation, aCorrelationId, aPar, pars, retention } from '../../support/builders.ts';
import { leaseGraceMs, openSettleWorld, timeout } from './settle-world.ts';

type World = ReturnType<typeof openSettleWorld>;

const orderOf = (cards: number): Order => ({ corporation: aCorporation(), parList: pars(cards) });
const key = { scope: '123456789012/AIDA', idempotencyKey: 'key' };

function place(
  world: World,
  order: Order,
  { over = {}, msLeft = 24_000 }: { over?: Partial<Ledger>; msLeft?: number } = {},
) {
  const ledger = { ...world.ledger, ...over };
  const deps = { ...world.depsOver(ledger), settle: world.worker(over), parallelChunks: 2, leaseGraceMs, retention };
  return createRequestLimitIncrease(deps)(order, key, world.clock() + msLeft);
}

describe('an order', () => {
  it('is answered with every card when all went well', async () => {
    const world = openSettleWorld();
    const result = await place(world, orderOf(250));
    expect(result).toMatchObject({ result: 'ordered', replayed: false, counts: { named: 250 } });
    expect(world.calls).toHaveLength(3);
  });

  it('expires as the setting says when it is accepted, with all its chunks', async () => {
    const world = openSettleWorld();
    const expiresAt = retention(world.clock());
    expect(await place(world, orderOf(250))).toMatchObject({ request: { expiresAt } });
    const requestId = requestIdOf(key.scope, key.idempotencyKey);
    for (const chunkNumber of [1, 2, 3])
      expect((await world.ledger.readChunk({ requestId, chunkNumber }))?.chunk.expiresAt).toBe(expiresAt);
  });

  it.each([
    ['of up to ten cards is written to its end with the outcome of its last call', 10, []],
    ['of more is finished step by step', 11, ['finishChunk', 'settleRequest', 'writeCards']],
  ])('%s', async (_, cards, expected) => {
    const world = openSettleWorld();
    const { ledger } = world;
    const steps: string[] = [];
    const over: Partial<Ledger> = {
      writeCards: (...args) => ledger.writeCards(...args).finally(() => steps.push('writeCards')),
      finishChunk: (...args) => ledger.finishChunk(...args).finally(() => steps.push('finishChunk')),
      settleRequest: (...args) => ledger.settleRequest(...args).finally(() => steps.push('settleRequest')),
    };
    expect(await place(world, orderOf(cards), { over })).toMatchObject({ counts: { named: cards } });
    expect(steps.sort()).toEqual(expected);
    const requestId = requestIdOf(key.scope, key.idempotencyKey);
    expect((await ledger.readRequest(requestId))?.request.status).toBe('settled');
    expect((await ledger.readChunk({ requestId, chunkNumber: 1 }))?.state.stage).toBe('done');
    expect(await ledger.readCardHistory(aPar(cards))).toMatchObject([{ requestId, status: 'named' }]);
    expect(world.noticesOf('request_settled')).toEqual([{ notice: 'request_settled', requestId }]);
  });

  it('that comes again is answered as it stands, and begins no call', async () => {
    const world = openSettleWorld();
    world.says(timeout);
    await place(world, orderOf(2));
    const again = await place(world, { ...orderOf(2), parList: pars(2).reverse() });
    expect(again).toMatchObject({ result: 'ordered', replayed: true, counts: { named: 0 } });
    expect(world.calls).toHaveLength(1);
  });

  // failures: F121
  it('that comes again with other cards is refused, and changes nothing', async () => {
    const world = openSettleWorld();
    await place(world, orderOf(2));
    expect(await place(world, orderOf(3))).toMatchObject({ result: 'key_reused' });
    expect(world.calls).toHaveLength(1);
    expect(await world.ledger.readCardHistory(aPar(3))).toEqual([]);
  });

  it('mints anew when one of its correlation IDs is taken, or two are the same', async () => {
    const world = openSettleWorld();
    const [same, taken] = [aCorrelationId(90), aCorrelationId(91)];
    world.mints(taken);
    await place(world, orderOf(1));
    world.mints(same, same, taken, aCorrelationId(92), aCorrelationId(93), aCorrelationId(94));
    const other = createRequestLimitIncrease({
      ...{ ...world.depsOver(world.ledger), settle: world.worker(), parallelChunks: 2, leaseGraceMs, retention },
    });
    const result = await other(orderOf(200), { ...key, idempotencyKey: 'other' }, world.clock() + 24_000);
    expect(result).toMatchObject({ result: 'ordered', counts: { named: 200 } });
    const sent = world.calls.slice(1).map(({ correlationId }) => correlationId);
    expect(sent.sort()).toEqual([aCorrelationId(93), aCorrelationId(94)]);
  });

  it('is not lost when its first calls end past the deadline: the chunks without room stay open and due', async () => {
    const world = openSettleWorld();
    world.says(() => {
      world.clock.advance(15_000);
      return timeout;
    });
    const result = await place(world, orderOf(400));
    expect(result).toMatchObject({ result: 'ordered', replayed: false });
    const due = await world.ledger.listDue(world.clock() + 10 ** 9, 100);
    expect(due.filter(({ work }) => work === 'chunk').length).toBeGreaterThan(0);
    expect(world.calls.length).toBeLessThan(4);
  });

  it.each([1, 3])('goes on with its other chunks when the ledger fails under chunk %i', async (number) => {
    const world = openSettleWorld();
    const { journal } = world.ledger;
    const failing: Ledger['journal'] = async (step) => {
      if (step.chunk.ref.chunkNumber === number) throw new Error('away');
      return journal(step);
    };
    const result = await place(world, orderOf(300), { over: { journal: failing } });
    expect(result).toMatchObject({ result: 'ordered', counts: { named: 200 } });
    expect(world.noticesOf('work_interrupted')).toHaveLength(1);
  });

  // failures: F001
  it('that cannot be made durable is a fault, with no call made; the same key starts clean', async () => {
    const world = openSettleWorld();
    const accept = async (): Promise<never> => Promise.reject(new Error('away'));
    await expect(place(world, orderOf(2), { over: { accept } })).rejects.toThrow('away');
    expect(world.calls).toHaveLength(0);
    expect(await place(world, orderOf(2))).toMatchObject({ replayed: false, counts: { named: 2 } });
  });
});
