import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../shared/limit-increase/counts.ts';
import { createReadCard } from '../../../shared/limit-increase/read-card.ts';
import type { RedrivableStatus } from '../../../shared/limit-increase/terms.ts';
import { aPar, aRequestId } from '../../support/builders.ts';
import { openRedriveWorld, operator, type RedriveWorld, refOf } from './redrive-world.ts';
import { refusedAs, type Said, timeout } from './settle-world.ts';

// A settled order of four chunks of two cards: one card unresolved, two rejected, one not found, and four named.

const openMixed = () =>
  openRedriveWorld([1, 2, 1, 0], { as: ['unresolved', 'rejected', 'not_found'], unfinished: false });

const statusesOf = async ({ chunk }: RedriveWorld, chunkNumber: number) =>
  [...((await chunk(chunkNumber))?.results ?? [])].sort(([a], [b]) => a - b).map(([, { status }]) => status);

const shownOf = async ({ ledger }: RedriveWorld, card: number) =>
  (await createReadCard(ledger)(aPar(card))).map(({ status }) => status);

describe('a redrive of the statuses that are asked for', () => {
  it.each<[readonly RedrivableStatus[], reopens: number[], cards: number]>([
    [['unresolved'], [1], 1],
    [['rejected'], [2], 2],
    [['not_found'], [3], 1],
    [['rejected', 'not_found'], [2, 3], 3],
    [['unresolved', 'rejected', 'not_found'], [1, 2, 3], 4],
    // failures: F136
  ])('reopens the cards that are %j, counts them, and leaves the others', async (statuses, reopens, cards) => {
    const world = await openMixed();
    expect(await world.redriver(undefined, { statuses }).redrive()).toBe('redriven');
    expect(world.bells.chunks).toEqual(reopens.map(refOf));
    const before = { ...noCounts, named: 4, unresolved: 1, rejected: 2, not_found: 1 };
    const after = Object.fromEntries(statuses.map((status) => [status, 0]));
    expect(await world.counts()).toEqual({ ...before, ...after });
    expect((await world.request())?.redrives).toMatchObject([{ by: operator, cards, statuses }]);
    expect(world.noticesOf('redriven')).toMatchObject([{ by: operator, cards, statuses }]);
    for (const chunkNumber of [1, 2, 3, 4])
      expect((await world.chunk(chunkNumber))?.stage).toBe(reopens.includes(chunkNumber) ? 'open' : 'done');
    await world.reconcileAll();
    expect(await world.request()).toMatchObject({ status: 'settled' });
    expect(await world.counts()).toEqual({ ...before, ...after, named: 4 + cards });
  });

  it('is refused when no card has one of them', async () => {
    const world = await openRedriveWorld([1], { as: ['rejected'], unfinished: false });
    for (const statuses of [['unresolved'], ['not_found', 'unresolved']] as const)
      expect(await world.redriver(undefined, { statuses }).redrive()).toBe('nothing_unresolved');
    expect(await world.request()).not.toHaveProperty('redriven');
  });

  it('keeps what a card was in its history, and shows it open meanwhile, with the time of the next look', async () => {
    const world = await openMixed();
    await world.redriver(undefined, { statuses: ['not_found'] }).redrive();
    const [open, earlier, ...more] = await createReadCard(world.ledger)(aPar(6));
    expect([open, earlier, more]).toMatchObject([
      { requestId: aRequestId, status: 'open', nextCheckAt: world.clock() },
      { requestId: aRequestId, status: 'not_found' },
      [],
    ]);
    await world.reconcileAll();
    expect(await shownOf(world, 6)).toEqual(['named', 'not_found']);
    expect(await shownOf(world, 5)).toEqual(['named']);
    expect((await world.chunk(3))?.results.get(1)).toMatchObject({ status: 'named', redrive: 1 });
    expect((await world.chunk(3))?.results.get(0)?.redrive).toBeUndefined();
  });

  // failures: F019
  it('keeps every result of several redrives in a row', async () => {
    const world = await openRedriveWorld([1], { as: ['rejected'], unfinished: false });
    const again = async (statuses: readonly RedrivableStatus[], ...says: readonly Said[]) => {
      world.clock.advance(1_000);
      world.says(...says);
      expect(await world.redriver(undefined, { statuses }).redrive()).toBe('redriven');
      await world.reconcileAll();
    };
    await again(['rejected'], refusedAs('not_found', '003_021'));
    await again(['not_found', 'rejected'], refusedAs('card_refused', '003_022'));
    await again(['rejected'], refusedAs('card_refused', '003_022'));
    await again(['rejected']);
    expect(await shownOf(world, 2)).toEqual(['named', 'rejected', 'rejected', 'not_found', 'rejected']);
    const results = (await world.ledger.readCardHistory(aPar(2))).filter(({ entry }) => entry === 'result');
    expect(results.map(({ redrive }) => redrive)).toEqual([4, 3, 2, 1, undefined]);
    expect(await shownOf(world, 1)).toEqual(['named']);
    expect(await world.counts()).toEqual({ ...noCounts, named: 2 });
  });

  it('asks a second time for a card that is refused after a call that ended unknown', async () => {
    const world = await openRedriveWorld([1], { as: ['rejected'], unfinished: false });
    world.says(timeout, refusedAs('card_refused', '003_022'));
    await world.redriver(undefined, { statuses: ['rejected'] }).redrive();
    for (const look of [1, 2]) {
      world.clock.advance(look * 3_600_000);
      await world.reconcile();
    }
    expect(await statusesOf(world, 1)).toEqual(['named']);
    world.says(refusedAs('card_refused', '003_022'));
    await world.reconcileAll();
    expect(await statusesOf(world, 1)).toEqual(['named', 'rejected']);
  });

  // failures: F020
  it('knows calls of before and after it when the card turns out to be named', async () => {
    const world = await openRedriveWorld([1], { as: ['not_found'], unfinished: false });
    world.says(timeout, refusedAs('already_named', '003_050'));
    await world.redriver(undefined, { statuses: ['not_found'] }).redrive();
    await world.reconcileAll();
    const [newest, earlier] = await createReadCard(world.ledger)(aPar(2));
    expect(newest).toMatchObject({ status: 'already_named', namedBy: 'presumed_this_corporation' });
    expect(earlier).toMatchObject({ status: 'not_found', namedBy: undefined });
  });

  it('knows of a call before it that left only a trace in the chunk', async () => {
    const world = await openRedriveWorld([1], { as: ['not_found'], unfinished: false, asked: true });
    world.says(refusedAs('already_named', '003_050'));
    await world.redriver(undefined, { statuses: ['not_found'] }).redrive();
    const entries = await world.ledger.readCardHistory(aPar(2));
    expect(entries.map(({ entry }) => entry)).toEqual(['reopened', 'result', 'maybe']);
    await world.reconcileAll();
    const [newest] = await createReadCard(world.ledger)(aPar(2));
    expect(newest).toMatchObject({ status: 'already_named', namedBy: 'presumed_this_corporation' });
  });
});

describe('a redrive that meets another of other statuses', () => {
  it('takes that one further, and says that its own statuses were not all reopened', async () => {
    const world = await openMixed();
    await world.redriver({ await: 2, when: 'after' }, { statuses: ['unresolved'], by: 'kim' }).redrive();
    expect((await world.request())?.redriving).toEqual({ number: 1, chunksDone: 0, statuses: ['unresolved'] });
    const lee = world.redriver(undefined, { statuses: ['rejected', 'unresolved'], by: 'lee' });
    expect(await lee.redrive()).toBe('other_statuses');
    expect(await world.request()).not.toHaveProperty('redriving');
    expect((await world.request())?.redrives).toMatchObject([{ by: 'kim', statuses: ['unresolved'] }]);
    expect(await world.counts()).toEqual({ ...noCounts, named: 4, rejected: 2, not_found: 1 });
  });

  it('is redriven where that one reopens all that it asks for', async () => {
    const world = await openMixed();
    const all = ['unresolved', 'rejected', 'not_found'] as const;
    await world.redriver({ await: 2, when: 'after' }, { statuses: all, by: 'kim' }).redrive();
    const lee = world.redriver(undefined, { statuses: ['rejected'], by: 'lee' });
    expect(await lee.redrive()).toBe('redriven');
    expect(await world.counts()).toEqual({ ...noCounts, named: 4 });
  });

  // failures: F017
  it('of two at once begins one, and the other says whether its statuses are among those', async () => {
    const world = await openMixed();
    const kim = world.redriver(undefined, { statuses: ['unresolved'], by: 'kim' });
    const lee = world.redriver(undefined, { statuses: ['not_found'], by: 'lee' });
    expect(await Promise.all([kim.redrive(), lee.redrive()])).toEqual(['redriven', 'other_statuses']);
    expect((await world.request())?.redrives).toMatchObject([{ by: 'kim', statuses: ['unresolved'] }]);
    expect(await world.counts()).toEqual({ ...noCounts, named: 4, rejected: 2, not_found: 1 });
    await world.reconcileAll();
    expect(await lee.redrive()).toBe('redriven');
  });
});

// failures: F018
it('a redrive whose worker vanished is ended by the reconciler with the statuses that were asked for', async () => {
  const world = await openMixed();
  await world.redriver({ await: 2, when: 'after' }, { statuses: ['rejected'] }).redrive();
  expect(await world.counts()).toMatchObject({ rejected: 2, unresolved: 1, not_found: 1 });
  await world.reconcileAll();
  expect(await world.counts()).toEqual({ ...noCounts, named: 6, unresolved: 1, not_found: 1 });
});
