import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../shared/limit-increase/counts.ts';
import { createRedrive } from '../../../shared/limit-increase/redrive.ts';
import { reopened } from '../../../shared/limit-increase/reopened.ts';
import { aCorrelationId, aPar, aRequestId, aResult, aSettledState } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { giveUp } from '../../support/given-up.ts';
import { openRedriveWorld, operator, refOf } from './redrive-world.ts';

const unresolved = { number: 1, statuses: ['unresolved'] } as const;

describe('a redrive', () => {
  it('reopens what was given up and nothing else, due at once, each card to be asked for alone', async () => {
    const world = await openRedriveWorld();
    expect(await world.redriver().redrive()).toBe('redriven');
    const [first, second, third] = await Promise.all([1, 2, 3].map(world.chunk));
    expect(first).toMatchObject({ stage: 'open', attempts: 0, redriven: 1, dueAt: world.clock() });
    expect([first?.plan.alone, [...(first?.results.keys() ?? [])]]).toEqual([[1], [0]]);
    expect(second).toMatchObject({ stage: 'done' });
    expect(third?.plan).toMatchObject({ pool: [], alone: [0, 1] });
    expect(await world.counts()).toEqual({ ...noCounts, named: 3 });
    expect(world.bells.chunks).toEqual([refOf(1), refOf(3)]);
  });

  // failures: F136
  it('is kept with the request and told: who, when, how many cards', async () => {
    const world = await openRedriveWorld();
    await world.redriver().redrive();
    expect(await world.request()).toMatchObject({
      status: 'open',
      redriven: 1,
      redrives: [{ by: operator, at: world.clock(), cards: 3, statuses: ['unresolved'] }],
    });
    expect(await world.request()).not.toHaveProperty('redriving');
    expect(world.noticesOf('redriven')).toEqual([
      { notice: 'redriven', requestId: aRequestId, by: operator, cards: 3, statuses: ['unresolved'] },
    ]);
  });

  it('ends with every card settled, and its history telling so', async () => {
    const world = await openRedriveWorld();
    await world.redriver().redrive();
    await world.reconcileAll();
    expect(await world.request()).toMatchObject({ status: 'settled' });
    expect(await world.counts()).toEqual({ ...noCounts, named: 6 });
    expect(world.calls.map(({ pars }) => pars).sort()).toEqual([[aPar(2)], [aPar(5)], [aPar(6)]]);
    for (const card of [1, 2, 3, 4, 5, 6])
      expect((await world.ledger.readCardHistory(aPar(card)))[0]).toMatchObject({ status: 'named' });
  });

  it('asks at once for a card that had long to wait, and forgets nothing that earlier calls may have done', async () => {
    const world = await openRedriveWorld([0]);
    const left = { maybe: '261122101500-0000001', doubt: 'unknown', said: { code: '000_999' } } as const;
    const trace = { ...left, tries: 7, notBefore: world.clock() + 10 ** 9 };
    const stored = await world.ledger.readChunk(refOf(1));
    if (stored === undefined) throw new Error('the chunk stands');
    const results = new Map(stored.state.results).set(1, aResult({ status: 'unresolved' }));
    const state = reopened({ ...stored.state, results, traces: new Map([[1, trace]]) }, unresolved, world.clock());
    expect(state?.traces).toEqual(new Map([[1, { ...left, tries: 0 }]]));
  });

  it('keeps the refusal of a card that still waited for its confirmation', () => {
    const refusal = { code: '003_001', message: 'invalid card' };
    const trace = { maybe: aCorrelationId(), doubt: 'unknown', tries: 2, refusal } as const;
    const results = new Map([[0, aResult({ status: 'unresolved' })]]);
    const state = reopened(aSettledState(1, { results, traces: new Map([[0, trace]]) }), unresolved, aMoment);
    expect(state?.traces.get(0)).toEqual({ ...trace, tries: 0 });
  });

  it.each(['rejected', 'not_found'] as const)('believes no refusal for one that came before a %s', (status) => {
    const trace = { maybe: aCorrelationId(), doubt: 'unknown', tries: 2, refusal: { code: '003_001' } } as const;
    const results = new Map([[0, aResult({ status })]]);
    const settled = aSettledState(1, { results, traces: new Map([[0, trace]]) });
    const state = reopened(settled, { number: 1, statuses: [status] }, aMoment);
    expect(state?.traces.get(0)).toEqual({ maybe: trace.maybe, doubt: 'unknown', tries: 0 });
  });

  it('is refused where there is nothing to redrive: no such request, no such card, or others still open', async () => {
    const world = await openRedriveWorld([0, 0]);
    expect(await world.redriver().redrive()).toBe('nothing_unresolved');
    const deps = { ...world.depsOver(world.ledger), bells: world.bells };
    const nobody = { requestId: 'NONE', by: operator, statuses: ['unresolved'] as const };
    expect(await createRedrive(deps)(nobody, world.clock() + 1)).toBe('unknown_request');
    await world.order(250, 'HALF');
    await giveUp(world.ledger, { requestId: 'HALF', chunkNumber: 1 }, { cards: 5, at: world.clock() });
    expect(
      await createRedrive(deps)(
        { requestId: 'HALF', by: operator, statuses: ['unresolved'] as const },
        world.clock() + 1,
      ),
    ).toBe('not_settled');
    expect((await world.ledger.readRequest('HALF'))?.request).not.toHaveProperty('redriven');
    expect(world.bells.chunks).toEqual([]);
  });

  it('takes a request whose last worker vanished before it could settle it', async () => {
    const world = await openRedriveWorld([2]);
    await world.order(1, 'LATE');
    await giveUp(world.ledger, { requestId: 'LATE', chunkNumber: 1 }, { cards: 1, at: world.clock() });
    const deps = { ...world.depsOver(world.ledger), bells: world.bells };
    expect(
      await createRedrive(deps)(
        { requestId: 'LATE', by: operator, statuses: ['unresolved'] as const },
        world.clock() + 20_000,
      ),
    ).toBe('redriven');
  });

  it('may follow another, when its cards were given up again; a request keeps the last twenty', async () => {
    const world = await openRedriveWorld([1]);
    for (let time = 1; time <= 22; time += 1) {
      world.clock.advance(1_000);
      expect(await world.redriver(undefined, { by: `operator-${time}` }).redrive()).toBe('redriven');
      expect(await world.counts()).toEqual({ ...noCounts, named: 1 });
      await giveUp(world.ledger, refOf(1), { cards: 1, at: world.clock() });
      await world.ledger.settleRequest(aRequestId, world.clock(), { redriven: time });
    }
    const { redriven, redrives = [] } = (await world.request()) ?? {};
    expect([redriven, redrives.length, redrives[0]?.by, redrives.at(-1)?.by]).toEqual([
      ...[22, 20, 'operator-3', 'operator-22'],
    ]);
    expect(await world.counts()).toEqual({ ...noCounts, named: 1, unresolved: 1 });
  });

  it('writes the items of cards whose worker vanished before it could: a chunk that is free lacks none', async () => {
    const world = await openRedriveWorld([1, 1]);
    expect(await world.ledger.readCardHistory(aPar(3))).toEqual([]);
    await world.redriver().redrive();
    expect(await world.ledger.readCardHistory(aPar(3))).toMatchObject([{ entry: 'result', status: 'named' }]);
    expect(await world.ledger.readCardHistory(aPar(4))).toMatchObject([
      { entry: 'reopened', redrive: 1 },
      { entry: 'result', status: 'unresolved' },
    ]);
  });

  it('reopens a chunk once, though its cards are given up again before it ends', async () => {
    const world = await openRedriveWorld([1]);
    const { redrive, awaits } = world.redriver();
    await redrive();
    const again = await openRedriveWorld([1]);
    await again.redriver({ await: awaits.lastIndexOf('endRedrive') + 1, when: 'before' }).redrive();
    await giveUp(again.ledger, refOf(1), { cards: 1, at: again.clock() });
    await again.redriver().redrive();
    expect(await again.counts()).toEqual({ ...noCounts, named: 1, unresolved: 1 });
    expect(await again.request()).not.toHaveProperty('redriving');
  });

  it('that fails to ring leaves the chunks to the reconciler', async () => {
    const world = await openRedriveWorld();
    world.bells.fail(new Error('the queue is away'));
    expect(await world.redriver().redrive()).toBe('redriven');
    expect(world.noticesOf('bell_failed')).toMatchObject([{ bell: 'chunks', requestId: aRequestId }]);
    expect(await world.reconcile()).toMatchObject({ settled: 2 });
  });
});

it('a redrive that is done stands, although nobody could see whether all is final already', async () => {
  const world = await openRedriveWorld();
  let reads = 0;
  const readRequest: typeof world.ledger.readRequest = (requestId) => {
    reads += 1;
    return reads === 1 ? world.ledger.readRequest(requestId) : Promise.reject(new Error('throttled'));
  };
  const deps = { ...world.depsOver({ ...world.ledger, readRequest }), bells: world.bells };
  const order = { requestId: aRequestId, by: operator, statuses: ['unresolved'] as const };
  expect(await createRedrive(deps)(order, world.clock() + 20_000)).toBe('redriven');
  expect(world.noticesOf('work_interrupted')).toMatchObject([{ work: `request ${aRequestId}` }]);
  expect(await world.request()).not.toHaveProperty('redriving');
});

describe('a redrive of more chunks than there is time for', () => {
  it('notes how far it came and is due at once; the reconciler goes on from there', async () => {
    const world = await openRedriveWorld(Array.from({ length: 40 }, () => 1));
    const { readChunk } = world.ledger;
    const read: number[] = [];
    const slowly = async (ref: ReturnType<typeof refOf>) => {
      world.clock.advance(500);
      read.push(ref.chunkNumber);
      return readChunk(ref);
    };
    const deps = { ...world.depsOver({ ...world.ledger, readChunk: slowly }), bells: world.bells };
    const order = { requestId: aRequestId, by: operator, statuses: ['unresolved'] as const };
    expect(await createRedrive(deps)(order, world.clock() + 10_000)).toBe('redriven');
    expect((await world.request())?.redriving).toMatchObject({ number: 1, chunksDone: 32 });
    expect(await world.redriver(undefined, { by: 'another' }).redrive(0)).toBe('redriven');
    expect((await world.request())?.redrives).toHaveLength(1);
    read.length = 0;
    const due = async () => [{ work: 'request' as const, requestId: aRequestId, dueAt: world.clock() }];
    let looks = 0;
    const listDue = async () => (looks++ === 0 ? due() : []);
    const report = await world.reconcile({ readChunk: slowly, listDue });
    expect(report).toMatchObject({ requestsPostponed: 1, interrupted: 0 });
    expect(read.sort((a, b) => a - b)).toEqual([33, 34, 35, 36, 37, 38, 39, 40]);
    expect(await world.request()).not.toHaveProperty('redriving');
    await world.reconcileAll();
    expect(await world.counts()).toEqual({ ...noCounts, named: 80 });
    expect((await world.request())?.status).toBe('settled');
  });
});
