import { describe, expect, it } from 'vitest';
import { aPar } from '../../support/builders.ts';
import { closeCircuit, openCircuit } from './circuit.ts';
import { backoffMs, listing, openSettleWorld, ref, refusedAs, type Said, timeout } from './settle-world.ts';

type World = ReturnType<typeof openSettleWorld>;

const hourMs = 3_600_000;
const giveUpAfterMs = 72 * hourMs;

/** A worker comes every so often, and the platform never answers. */
async function tryFor(world: World, hours: number, everyMs = 900_000): Promise<void> {
  const until = world.clock() + hours * hourMs;
  while (world.clock() < until) {
    world.says(timeout);
    const { end } = await world.worker({}, { parsPerCallMax: 1 }).takeDue(ref, world.bounds());
    if (end !== 'parked') world.unsays();
    world.clock.advance(everyMs);
  }
}

const statuses = async (world: World) => {
  const { results } = await world.state();
  return [...results].map(([position, { status }]) => [position, status]);
};

describe('a card that no answer settles', () => {
  // failures: F090
  it('is unresolved after 72 hours, with the call that may have named it, and its request is settled', async () => {
    const world = openSettleWorld();
    await world.order(1);
    await tryFor(world, 71);
    expect(await statuses(world)).toEqual([]);
    await tryFor(world, 2);
    const [first] = world.calls;
    const { results, stage } = await world.state();
    expect(stage).toBe('done');
    expect(results.get(0)).toMatchObject({ status: 'unresolved', correlationId: first?.correlationId });
    expect(await world.ledger.readRequest(ref.requestId)).toMatchObject({
      request: { status: 'settled' },
      counts: { unresolved: 1 },
    });
    expect(world.noticesOf('given_up')).toEqual([{ notice: 'given_up', chunk: ref, cards: 1 }]);
    expect(await world.ledger.readCardHistory(aPar())).toMatchObject([{ status: 'unresolved' }, { entry: 'maybe' }]);
  });

  it('carries KONA’s last code and words, not those of a call that ended without any', async () => {
    const world = openSettleWorld();
    await world.order(1);
    const words = { code: '000_999', description: '점검 중입니다' };
    world.says({ kind: 'unknown', httpStatus: 400, reason: 'unclear_code', ...words, breaches: [] });
    await world.worker().takeDue(ref, world.bounds());
    world.clock.advance(hourMs);
    await tryFor(world, 74);
    const { results } = await world.state();
    const said = { status: 'unresolved', code: words.code, message: words.description };
    expect(results.get(0)).toMatchObject(said);
    const [entry] = await world.ledger.readCardHistory(aPar());
    expect(entry).toMatchObject(said);
  });

  it('leaves those open that no call ever carried', async () => {
    const world = openSettleWorld();
    await world.order(100);
    await tryFor(world, 73, hourMs);
    const carried = new Set(world.calls.flatMap(({ pars }) => pars)).size;
    expect(carried).toBeLessThan(90);
    expect(await statuses(world)).toEqual(Array.from({ length: carried }, (_, position) => [position, 'unresolved']));
    expect(await world.state()).toMatchObject({ stage: 'open', plan: { repeat: [], alone: [] } });
    world.clock.advance(hourMs);
    world.says(listing);
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('settled');
    const counts = { unresolved: carried, named: 100 - carried };
    expect(await world.ledger.readRequest(ref.requestId)).toMatchObject({ request: { status: 'settled' }, counts });
  });

  it('is not given up by the answer that settles it, however late that comes', async () => {
    const world = openSettleWorld();
    await world.order(1);
    await tryFor(world, 71);
    world.clock.advance(10 * hourMs);
    world.says(refusedAs('not_found', '003_021'));
    await world.worker().takeDue(ref, world.bounds());
    expect(await statuses(world)).toEqual([[0, 'not_found']]);
  });

  it('leaves the results as they are of cards beside it that such calls carried too', async () => {
    const world = openSettleWorld();
    await world.order(2);
    world.says(timeout);
    await world.worker().takeDue(ref, world.bounds());
    for (let hours = 0; hours < 73; hours += 1) {
      world.clock.advance(hourMs);
      world.unsays();
      const saysOfEach: Said = ({ pars }) =>
        pars.length === 1 && pars[0] === aPar(1) ? refusedAs('not_found', '003_021') : timeout;
      world.says(...Array.from({ length: 5 }, () => saysOfEach));
      await world.worker().takeDue(ref, world.bounds());
    }
    const { results, traces } = await world.state();
    expect(results.get(0)?.status).toBe('not_found');
    expect(results.get(1)?.status).toBe('unresolved');
    // A card that did not end named keeps its trace.
    expect(traces.has(0)).toBe(true);
    expect(world.noticesOf('given_up')).toEqual([{ notice: 'given_up', chunk: ref, cards: 1 }]);
  });

  // failures: F112
  it('is not given up while it is for us that nobody can ask: it is asked for once we can', async () => {
    const world = openSettleWorld();
    await world.order(1);
    world.says(timeout);
    await world.worker().takeDue(ref, world.bounds());
    for (let hours = 0; hours < 80; hours += 1) {
      world.clock.advance(hourMs);
      world.says({ kind: 'not_sent', reason: 'credentials_unavailable' });
      await world.worker().takeDue(ref, world.bounds());
    }
    expect(world.calls).toHaveLength(81);
    const { dueAt, attempts } = await world.state();
    expect([await statuses(world), attempts, dueAt - world.clock()]).toEqual([[], 1, backoffMs[0]]);
    world.clock.advance(hourMs);
    await world.worker().takeDue(ref, world.bounds());
    expect(await statuses(world)).toEqual([[0, 'named']]);
  });

  it('is given up too when it is its worker that vanishes each time', async () => {
    const world = openSettleWorld();
    await world.order(1);
    await world.loseWorker();
    world.clock.advance(giveUpAfterMs);
    await world.loseWorker();
    expect((await world.worker().takeDue(ref, world.bounds())).end).toBe('settled');
    expect(await statuses(world)).toEqual([[0, 'unresolved']]);
    expect(world.calls).toHaveLength(2);
  });
});

describe('the time after which a card is given up', () => {
  // failures: F090
  it('does not pass while the circuit is open', async () => {
    const world = openSettleWorld();
    await world.order(1);
    await tryFor(world, 70);
    await openCircuit(world.ledger, world.clock(), { lastTurnAt: world.clock() + 400 * hourMs });
    await tryFor(world, 100);
    expect(await statuses(world)).toEqual([]);
    await closeCircuit(world.ledger, world.clock());
    world.clock.advance(6_000);
    await tryFor(world, 1);
    expect(await statuses(world)).toEqual([]);
    await tryFor(world, 2);
    expect(await statuses(world)).toEqual([[0, 'unresolved']]);
  });

  it('is not known where the ledger does not tell how the platform is: nothing is given up', async () => {
    const world = openSettleWorld();
    await world.order(1);
    await tryFor(world, 71);
    world.clock.advance(10 * hourMs);
    world.says(timeout);
    const blind = world.breakerOver({ readPlatformState: () => Promise.reject(new Error('away')) });
    const before = (await world.state()).tried;
    await world.workerWith(blind).takeDue(ref, world.bounds());
    expect(await statuses(world)).toEqual([]);
    expect((await world.state()).tried).toEqual(before);
  });

  it('begins when the chunk is first taken, not when it is written', async () => {
    const world = openSettleWorld();
    await world.order(1);
    world.clock.advance(100 * hourMs);
    await tryFor(world, 1);
    expect(await statuses(world)).toEqual([]);
    const [first, last] = [world.calls[0], world.calls.at(-1)];
    if (first === undefined || last === undefined) throw new Error('calls were made');
    expect((await world.state()).tried?.ms).toBe(last.startedAt + 100 - first.startedAt);
  });
});
