import { describe, expect, it } from 'vitest';
import type { Inquire } from '../../../shared/limit-increase/ports.ts';
import { aPar } from '../../support/builders.ts';
import { openCircuit } from './circuit.ts';
import { backoffMs, listing, openSettleWorld, ref, refusedAs, timeout } from './settle-world.ts';

// KONA PLATE's own inquiry, for whoever has it: asked about a card alone that an earlier call may have named.

function inquiring(answer: Inquire = async () => 'named') {
  const asked: (readonly [string, number])[] = [];
  const inquire: Inquire = async (...about) => {
    asked.push(about);
    return answer(...about);
  };
  return { asked, inquire };
}

/** A chunk of so many cards whose first call was never answered, due again. */
async function afterTimeout(cards: number) {
  const world = openSettleWorld();
  await world.order(cards);
  world.says(timeout);
  await world.worker().takeDue(ref, world.bounds());
  world.clock.advance(backoffMs[0] + 1);
  return world;
}

describe('an inquiry', () => {
  it('that says named settles the card without a call, by the call that may have named it', async () => {
    const { workerInquiring, bounds, calls, state, ledger } = await afterTimeout(1);
    const { asked, inquire } = inquiring();
    expect((await workerInquiring(inquire).takeDue(ref, bounds())).end).toBe('settled');
    expect(calls).toHaveLength(1);
    expect(asked).toEqual([[aPar(1), 5_000]]);
    const correlationId = calls[0]?.correlationId;
    expect((await state()).results.get(0)).toMatchObject({ status: 'already_named', correlationId });
    const [entry] = await ledger.readCardHistory(aPar(1));
    expect(entry).toMatchObject({ status: 'already_named', correlationId });
  });

  it('is told in the ledger as a call that was not sent, and why', async () => {
    const { workerInquiring, bounds, notices } = await afterTimeout(1);
    await workerInquiring(inquiring().inquire).takeDue(ref, bounds());
    const ended = notices.filter(({ notice }) => notice === 'call_ended').at(-1);
    expect(ended).toMatchObject({ outcome: { name: 'not_sent', reason: 'inquiry_says_named' }, cards: 1 });
  });

  it.each(['not_named', 'unknown'] as const)('that says %s leaves it to the call', async (answer) => {
    const { workerInquiring, bounds, calls, state } = await afterTimeout(1);
    expect((await workerInquiring(inquiring(async () => answer).inquire).takeDue(ref, bounds())).end).toBe('settled');
    expect(calls).toHaveLength(2);
    expect((await state()).results.get(0)).toMatchObject({ status: 'named' });
  });

  it('that says not named does not make a refusal believed at once: the earlier call may take effect yet', async () => {
    const { workerInquiring, bounds, says, state } = await afterTimeout(1);
    says(refusedAs('card_refused', '003_999'));
    const { inquire } = inquiring(async () => 'not_named');
    expect((await workerInquiring(inquire).takeDue(ref, bounds())).end).toBe('parked');
    expect((await state()).results.size).toBe(0);
  });

  it('that fails leaves it to the call, and is told', async () => {
    const { workerInquiring, bounds, calls, noticesOf } = await afterTimeout(1);
    const { inquire } = inquiring(() => Promise.reject(new Error('no page')));
    expect((await workerInquiring(inquire).takeDue(ref, bounds())).end).toBe('settled');
    expect(calls).toHaveLength(2);
    expect(noticesOf('inquiry_failed')).toHaveLength(1);
  });

  it('that takes all the time leaves none for a call that could not be written down', async () => {
    const { workerInquiring, bounds, calls, clock } = await afterTimeout(1);
    const { inquire } = inquiring(async () => {
      clock.advance(58_000);
      return 'unknown';
    });
    await workerInquiring(inquire).takeDue(ref, bounds());
    expect(calls.at(-1)?.timeoutMs).toBeLessThanOrEqual(0);
  });

  it('is not asked about a card that no call carried, nor about a list', async () => {
    const { workerInquiring, bounds, order } = openSettleWorld();
    await order(1);
    const first = inquiring();
    await workerInquiring(first.inquire).takeDue(ref, bounds());
    expect(first.asked).toEqual([]);

    const list = await afterTimeout(3);
    const again = inquiring();
    list.says(listing);
    await list.workerInquiring(again.inquire).takeDue(ref, list.bounds());
    expect(again.asked).toEqual([]);
  });

  it('is not asked while the platform is down', async () => {
    const { workerInquiring, bounds, ledger, clock, says } = await afterTimeout(1);
    await openCircuit(ledger, clock());
    clock.advance(6_000);
    says(listing);
    const { asked, inquire } = inquiring();
    expect((await workerInquiring(inquire).takeDue(ref, bounds())).end).toBe('platform_down');
    expect(asked).toEqual([]);
  });
});
