import { describe, expect, it } from 'vitest';
import type { CallOutcome, PlatformCall } from '../../../shared/limit-increase/ports.ts';
import { aPar } from '../../support/builders.ts';
import { backoffMs, listing, openSettleWorld, ref, refusedAs, timeout } from './settle-world.ts';

// A worker that freezes in its call, and wakes when its lease is over and others have been at its chunk.

async function freeze(world: ReturnType<typeof openSettleWorld>, cards: number) {
  await world.order(cards);
  const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>();
  const frozen = Promise.withResolvers<PlatformCall>();
  world.says(async (call): Promise<CallOutcome> => {
    frozen.resolve(call);
    await thawed;
    return typeof listing === 'function' ? listing(call) : listing;
  });
  const session = world.worker().takeDue(ref, world.bounds());
  const call = await frozen.promise;
  const { leaseUntil = 0 } = await world.state();
  world.clock.advance(leaseUntil + backoffMs[0] - world.clock());
  return {
    call,
    wake: (): typeof session => {
      thaw();
      return session;
    },
  };
}

describe('a worker that wakes after its lease', () => {
  // failures: F010
  it('changes no status when another holds its chunk; what it learned is kept as evidence', async () => {
    const world = openSettleWorld();
    const { call, wake } = await freeze(world, 2);
    world.says(timeout);
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('parked');
    const before = await world.state();
    expect((await wake()).end).toBe('fenced_off');
    expect(await world.state()).toEqual(before);
    const record = await world.ledger.readCall(call.correlationId);
    expect(record?.ended?.outcome).toMatchObject({ name: 'answered', code: '000_000', named: [0, 1] });
    expect(world.noticesOf('fenced_off')).toMatchObject([{ chunk: ref, correlationId: call.correlationId }]);
  });

  it('changes nothing when its lease is over and nobody has taken the chunk yet', async () => {
    const world = openSettleWorld();
    const { wake } = await freeze(world, 2);
    const before = await world.state();
    expect((await wake()).end).toBe('fenced_off');
    expect(await world.state()).toEqual(before);
    expect((await world.ledger.readRequest(ref.requestId))?.counts.named).toBe(0);
  });

  // failures: F010
  it('does not end twice what another has settled', async () => {
    const world = openSettleWorld();
    const { wake } = await freeze(world, 2);
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('settled');
    await wake();
    expect(await world.ledger.readRequest(ref.requestId)).toMatchObject({ counts: { named: 2 } });
    expect((await world.state()).stage).toBe('done');
  });

  it('proves by its late word that an already_named is our own naming', async () => {
    const world = openSettleWorld();
    const { call, wake } = await freeze(world, 1);
    world.says(timeout);
    await world.worker().takeDue(ref, world.bounds());
    await wake();
    world.clock.advance(backoffMs[2]);
    world.says(refusedAs('already_named', '003_050'));
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('settled');
    expect((await world.state()).results.get(0)).toMatchObject({ status: 'named', correlationId: call.correlationId });
  });

  it('never turns a not_found into named', async () => {
    const world = openSettleWorld();
    const { wake } = await freeze(world, 1);
    world.says(timeout);
    await world.worker().takeDue(ref, world.bounds());
    await wake();
    world.clock.advance(backoffMs[2]);
    world.says(refusedAs('not_found', '003_021'));
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('settled');
    expect((await world.state()).results.get(0)?.status).toBe('not_found');
    const [newest] = await world.ledger.readCardHistory(aPar(1));
    expect(newest).toMatchObject({ entry: 'result', status: 'not_found' });
  });
});
