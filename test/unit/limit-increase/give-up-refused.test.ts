import { describe, expect, it } from 'vitest';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { aCorporation } from '../../support/builders.ts';
import { keyRefused, openSettleWorld, ref, type Said } from './settle-world.ts';

// Refused keys: while they are our configuration nothing is given up; a corporation's own refusal is in the end.

type World = ReturnType<typeof openSettleWorld>;

const hourMs = 3_600_000;
const other = aCorporation({ bizLicenseNo: '1348672683', registrationNumber: '1101117125720' });
const refused: CallOutcome = { ...keyRefused, keyId: 'key-1', httpStatus: 403, code: '403_001' } as CallOutcome;
const answered: Said = ({ pars }) => ({
  ...{ kind: 'answered', httpStatus: 200, code: '000_000', keyId: 'key-1', breaches: [] },
  listed: pars.map((par) => ({ par })),
});

/** What the platform says to one corporation and to the other. */
const byCorporation =
  (ours: Said, theirs: Said): Said =>
  (call) => {
    const said = call.corporation.bizLicenseNo === other.bizLicenseNo ? theirs : ours;
    return typeof said === 'function' ? said(call) : said;
  };

/** Every quarter of an hour a worker takes the chunk; beside it, an order of another corporation if told. */
async function tryFor(world: World, hours: number, { others = false, of = [ref] } = {}): Promise<void> {
  for (let quarter = 0; quarter < 4 * hours; quarter += 1) {
    world.unsays();
    world.says(...Array(9).fill(byCorporation(refused, answered)));
    if (others) {
      const requestId = `OTHER${world.clock()}`;
      await world.order(1, requestId, other);
      await world.worker().takeDue({ requestId, chunkNumber: 1 }, world.bounds());
    }
    for (const chunk of of) await world.worker().takeDue(chunk, world.bounds());
    world.clock.advance(hourMs / 4);
  }
  world.unsays();
}

const resultOf = async (world: World) => (await world.state()).results.get(0);

describe('keys that are refused while no other corporation is answered', () => {
  // failures: F078
  it('cost no attempt and no time towards giving up: the card is named once they are taken', async () => {
    const world = openSettleWorld();
    world.keysStay();
    await world.order(1);
    await tryFor(world, 80);
    expect(await resultOf(world)).toBeUndefined();
    const { attempts, failingSince, tried } = await world.state();
    expect([attempts, failingSince, tried?.ms]).toEqual([0, undefined, 0]);
    expect((await world.ledger.readPlatformState()).open).toBeUndefined();
    world.says(answered);
    await world.worker().takeDue(ref, world.bounds());
    expect(await resultOf(world)).toMatchObject({ status: 'named' });
  });

  it('open the circuit after three chunks, also of one corporation alone, and nothing is given up', async () => {
    const world = openSettleWorld();
    world.keysStay();
    const of = [1, 2, 3].map((order) => ({ requestId: `ORDER${order}`, chunkNumber: 1 }));
    for (const { requestId } of of) await world.order(1, requestId);
    await tryFor(world, 80, { of });
    expect((await world.ledger.readPlatformState()).open).toMatchObject({ reason: 'credentials_refused' });
    for (const chunk of of) expect((await world.ledger.readChunk(chunk))?.state.results.size).toBe(0);
    expect(world.noticesOf('credentials_refused')).toHaveLength(world.calls.length);
  });
});

describe('a corporation that is refused while others are answered', () => {
  // failures: F096
  it('ends unresolved with what it was told, and the others are named at once', async () => {
    const world = openSettleWorld();
    world.keysStay();
    await world.order(1);
    await tryFor(world, 71, { others: true });
    expect(await resultOf(world)).toBeUndefined();
    expect((await world.state()).attempts).toBeGreaterThan(100);
    await tryFor(world, 3, { others: true });
    expect(await resultOf(world)).toMatchObject({ status: 'unresolved', code: '403_001' });
    const { refusedCorporations, open } = await world.ledger.readPlatformState();
    expect([refusedCorporations.length, open]).toEqual([1, undefined]);
    const otherCalls = world.calls.filter(({ corporation }) => corporation.bizLicenseNo === other.bizLicenseNo);
    expect(otherCalls).toHaveLength(4 * 74);
    expect(world.noticesOf('corporation_refused').length).toBeGreaterThan(200);
  });

  // failures: F096
  it('makes one call for all its chunks at each attempt, and all of them wait for the same time', async () => {
    const world = openSettleWorld();
    world.keysStay();
    const of = Array.from({ length: 10 }, (_, index) => ({ requestId: `ORDER${index}`, chunkNumber: 1 }));
    for (const { requestId } of of) await world.order(1, requestId);
    await tryFor(world, 6, { others: true, of });
    const own = world.calls.filter(({ corporation }) => corporation.bizLicenseNo !== other.bizLicenseNo);
    expect(own.length).toBeLessThanOrEqual(4 * 6 + 2);
    const { refusedCorporations } = await world.ledger.readPlatformState();
    const due = await Promise.all(of.map(async (chunk) => (await world.ledger.readChunk(chunk))?.state.dueAt));
    expect(new Set(due)).toEqual(new Set([refusedCorporations[0]?.until]));
  });

  it('gives all its chunks up in the end, those too that another chunk’s calls were made for', async () => {
    const world = openSettleWorld();
    world.keysStay();
    const of = Array.from({ length: 4 }, (_, index) => ({ requestId: `ORDER${index}`, chunkNumber: 1 }));
    for (const { requestId } of of) await world.order(1, requestId);
    await tryFor(world, 80, { others: true, of });
    const states = await Promise.all(of.map(async (chunk) => (await world.ledger.readChunk(chunk))?.state));
    expect(states.map((state) => state?.results.get(0)?.status)).toEqual(Array(4).fill('unresolved'));
  });
});
