import { describe, expect, it } from 'vitest';
import { showRequest } from '../../../shared/http/representation.ts';
import { createReadCard } from '../../../shared/limit-increase/read-card.ts';
import { aPar, aRequestId } from '../../support/builders.ts';
import { openRedriveWorld, operator, type RedriveWorld } from '../limit-increase/redrive-world.ts';

const statuses = ['unresolved'] as const;
const redriving = { number: 1, redrive: { by: operator, at: 0, cards: 3, statuses }, earlier: [], dueAt: 0 };

async function shown({ ledger, clock }: RedriveWorld) {
  const found = await ledger.readRequest(aRequestId);
  if (found === undefined) throw new Error('the request stands');
  return showRequest(found, { cards: [], next: undefined }, clock());
}

describe('what is shown of a request that is redriven', () => {
  it('is open from the beginning, though all of its cards are counted as final still', async () => {
    const world = await openRedriveWorld();
    expect(await shown(world)).toMatchObject({ status: 'settled', redrives: undefined });
    await world.ledger.beginRedrive(aRequestId, redriving);
    const at = '1970-01-01T00:00:00.000Z';
    expect(await shown(world)).toMatchObject({
      ...{ status: 'open', counts: { open: 0, unresolved: 3 }, redrives: [{ by: operator, at, cards: 3, statuses }] },
    });
  });
});

describe('what is shown of a card that is redriven', () => {
  it('is unresolved, then open with the time of the next look, then what it became', async () => {
    const world = await openRedriveWorld([1], { unfinished: false, asked: true });
    const readCard = createReadCard(world.ledger);
    const statusOf = async () => (await readCard(aPar(2)))[0];
    expect(await statusOf()).toMatchObject({ status: 'unresolved' });
    await world.redriver().redrive();
    expect(await statusOf()).toMatchObject({ status: 'open', nextCheckAt: world.clock() });
    await world.reconcileAll();
    expect(await statusOf()).toMatchObject({ status: 'named' });
  });
});
