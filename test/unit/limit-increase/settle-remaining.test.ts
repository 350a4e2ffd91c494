import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../shared/limit-increase/ports.ts';
import { createSettleRemaining } from '../../../shared/limit-increase/settle-remaining.ts';
import { aRequestId } from '../../support/builders.ts';
import { giveUp } from '../../support/given-up.ts';
import { openSettleWorld, ref, timeout } from './settle-world.ts';

const monthMs = 30 * 86_400_000;

/** An order of 102 cards whose second chunk no longer exists; its first one is done, with two cards given up. */
async function withLostChunk() {
  const world = openSettleWorld();
  await world.order(102);
  await giveUp(world.ledger, ref, { cards: 2, at: world.clock() });
  const readChunk: Ledger['readChunk'] = async (of) => (of.chunkNumber === 1 ? world.ledger.readChunk(of) : undefined);
  const settleRemaining = (over: Partial<Ledger> = {}, roomMs = 60_000) =>
    createSettleRemaining(world.depsOver({ ...world.ledger, readChunk, ...over }))(aRequestId, world.clock() + roomMs);
  return { ...world, settleRemaining };
}

describe('an open request of which a chunk no longer exists', () => {
  // failures: F035
  it('is settled with what is left once it is old enough to have lost it', async () => {
    const { settleRemaining, ledger, clock, noticesOf } = await withLostChunk();
    clock.advance(monthMs - 1_000);
    expect(await settleRemaining()).toBe(false);
    clock.advance(1_000);
    expect(await settleRemaining()).toBe(true);
    const found = await ledger.readRequest(aRequestId);
    expect([found?.request.status, found?.counts]).toMatchObject(['settled', { named: 98, unresolved: 2 }]);
    expect(noticesOf('request_settled')).toHaveLength(1);
    expect(await settleRemaining()).toBe(false);
  });

  it('stays open while another chunk has work to do, and when the time is up', async () => {
    const { settleRemaining, ledger, clock } = await withLostChunk();
    clock.advance(monthMs);
    expect(await settleRemaining({ readChunk: ledger.readChunk })).toBe(false);
    expect(await settleRemaining({}, 0)).toBe(false);
    expect((await ledger.readRequest(aRequestId))?.request.status).toBe('open');
  });

  it('stays as a redrive left it that began meanwhile', async () => {
    const { settleRemaining, ledger, clock } = await withLostChunk();
    clock.advance(monthMs);
    let reads = 0;
    const readRequest: Ledger['readRequest'] = async (requestId) => {
      const found = await ledger.readRequest(requestId);
      reads += 1;
      return reads === 1 || found === undefined ? found : { ...found, request: { ...found.request, redriven: 1 } };
    };
    expect(await settleRemaining({ readRequest })).toBe(false);
    expect((await ledger.readRequest(aRequestId))?.request.status).toBe('open');
  });
});

it('leaves a younger order alone', async () => {
  const world = openSettleWorld();
  await world.order(2);
  world.says(timeout);
  await world.worker().takeDue(ref, world.bounds());
  expect(await createSettleRemaining(world.depsOver(world.ledger))(aRequestId, world.clock() + 60_000)).toBe(false);
});
