import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CardSetup } from '../support/kona-simulator/cards.ts';
import type { ModesChange } from '../support/kona-simulator/modes.ts';
import { createPlainClient, jsonOf, plainPar } from '../support/kona-simulator/plain-client.ts';
import { type KonaSimulator, startKonaSimulator } from '../support/kona-simulator/server.ts';

// Which good cards a platform names although it refuses their list: KONA does not say, so the simulator plays four ways.

let simulator: KonaSimulator;
let client: ReturnType<typeof createPlainClient>;

beforeAll(async () => {
  simulator = await startKonaSimulator({ trialPars: false });
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.forget();
  simulator.setModes({ refusedListCommits: 'none', alreadyNamedRefuses: 'any', checkOrder: 'not_found_first' });
  client = createPlainClient(simulator.url);
});

const setups: Readonly<Record<string, (par: string) => CardSetup>> = {
  unknown: (par) => ({ par, state: 'unknown' }),
  terminated: (par) => ({ par, state: 'terminated' }),
  named: (par) => ({ par, state: 'named', bizLicenseNo: '1', registrationNumber: '1' }),
};

/** Sends one card for each state in one list; returns the positions of those that the call named. */
async function namedBy(states: readonly string[], modes: ModesChange): Promise<readonly number[]> {
  simulator.setModes(modes);
  const parList = states.map((_, position) => plainPar(position));
  simulator.setCards(states.flatMap((state, position) => setups[state]?.(plainPar(position)) ?? []));
  expect(await client.name(parList)).toMatchObject({ status: 400 });
  return simulator.requests().flatMap(({ tookEffectOn }) => tookEffectOn.map((par) => parList.indexOf(par)));
}

describe('a refused list', () => {
  const mixed = ['good', 'named', 'good', 'unknown', 'good', 'terminated', 'good'];

  it('names none of its good cards by default', async () => {
    expect(await namedBy(mixed, {})).toEqual([]);
  });

  it('names all of its good cards with all_good', async () => {
    expect(await namedBy(mixed, { refusedListCommits: 'all_good' })).toEqual([0, 2, 4, 6]);
  });

  it.each<[string, ModesChange, readonly number[]]>([
    ['not found', {}, [0, 2]],
    ['already named', { checkOrder: 'already_named_first' }, [0]],
    ['not found, as named cards refuse no list', { alreadyNamedRefuses: 'all' }, [0, 2]],
  ])('names those before the first card that is %s with before_first_fault', async (_, modes, positions) => {
    expect(await namedBy(mixed, { refusedListCommits: 'before_first_fault', ...modes })).toEqual(positions);
  });

  it('names nothing with before_first_fault if the fault comes first', async () => {
    expect(await namedBy(['terminated', 'good'], { refusedListCommits: 'before_first_fault' })).toEqual([]);
  });
});

describe('a refused list with arbitrary', () => {
  const states = [...Array<string>(40).fill('good'), 'unknown'];

  it('names a part of its good cards', async () => {
    const positions = await namedBy(states, { refusedListCommits: 'arbitrary' });
    expect(positions.length).toBeGreaterThan(5);
    expect(positions.length).toBeLessThan(35);
    expect(positions).not.toContain(40);
  });

  it('names the same part for the same correlation ID and PAR, and another part for another call', async () => {
    const first = await namedBy(states, { refusedListCommits: 'arbitrary' });
    simulator.forget();
    const another = await namedBy(states, { refusedListCommits: 'arbitrary' });
    simulator.forget();
    client = createPlainClient(simulator.url);
    expect(await namedBy(states, { refusedListCommits: 'arbitrary' })).toEqual(first);
    expect(another).not.toEqual(first);
  });

  it('names the part that its correlation ID decides though it does so after the caller hung up', async () => {
    const first = await namedBy(states, { refusedListCommits: 'arbitrary' });
    simulator.forget();
    client = createPlainClient(simulator.url);
    simulator.setCards([{ par: plainPar(40), state: 'unknown' }]);
    simulator.misbehaveNext({ kind: 'commit_late', commitAfterMs: 5 });
    const hungUp = new AbortController();
    const unanswered = client.name(
      states.map((_, position) => plainPar(position)),
      hungUp.signal,
    );
    await expect.poll(() => simulator.requests()[0]?.played, { interval: 5 }).toBeDefined();
    hungUp.abort();
    await unanswered;
    await simulator.quiet();
    expect(simulator.requests()[0]?.tookEffectOn).toEqual(first.map(plainPar));
  });
});

describe('a refused single-card call', () => {
  it.each(['all_good', 'before_first_fault', 'arbitrary'] as const)('names nothing with %s', async (mode) => {
    simulator.setCards([{ par: plainPar(1), state: 'unknown' }]);
    simulator.setModes({ refusedListCommits: mode });
    expect(jsonOf(await client.name([plainPar(1)]))).toMatchObject({ response: { code: '003_021' } });
    expect(simulator.namedCards()).toEqual([]);
  });
});
