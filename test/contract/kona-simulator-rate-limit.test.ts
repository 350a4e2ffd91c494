import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModesChange } from '../support/kona-simulator/modes.ts';
import { createPlainClient, plainCorporation, plainPar, type Seen } from '../support/kona-simulator/plain-client.ts';
import { type KonaSimulator, startKonaSimulator } from '../support/kona-simulator/server.ts';

// A platform that accepts only so many calls in a time, by the simulator's clock.

const minuteMs = 60_000;
const atFirst = Date.UTC(2026, 10, 22, 1, 15);

let now = atFirst;
let simulator: KonaSimulator;
let client: ReturnType<typeof createPlainClient>;

beforeAll(async () => {
  simulator = await startKonaSimulator({ trialPars: false, clock: () => now });
});
afterAll(() => simulator.close());
beforeEach(() => {
  now = atFirst;
  simulator.forget();
  simulator.setModes({ rateLimit: null });
  client = createPlainClient(simulator.url);
});

type Limit = NonNullable<ModesChange['rateLimit']>;
type Window = Limit['window'];

const limitTo = (calls: number, window: Window, limit: Partial<Limit> = {}): void =>
  simulator.setModes({ rateLimit: { calls, perMs: minuteMs, window, ...limit } });

let cards = 0;
function call(): Promise<Seen> {
  cards += 1;
  return client.name([plainPar(cards)]);
}

const statusOf = (seen: Seen): number => (seen.end === 'none' ? 0 : seen.status);
const retryAfterOf = (seen: Seen): string | undefined =>
  seen.end === 'none' ? undefined : seen.headers['retry-after'];

/** The statuses of one call at each of these moments, in seconds after the first. */
async function statusesAt(seconds: readonly number[]): Promise<readonly number[]> {
  const statuses = [];
  for (const second of seconds) {
    now = atFirst + second * 1_000;
    statuses.push(statusOf(await call()));
  }
  return statuses;
}

describe('a call beyond the rate limit', () => {
  it('is answered 429 with an HTML page, without a code', async () => {
    limitTo(1, 'fixed');
    await call();
    const seen = await call();
    expect(seen).toMatchObject({ status: 429, headers: { 'content-type': 'text/html' } });
    expect(seen.end === 'whole' && seen.body.toString()).toMatch(/^<html>/);
  });

  it('names no card and is logged with its cards and its answer', async () => {
    limitTo(1, 'fixed');
    await call();
    await call();
    const [, limited] = simulator.requests();
    expect(limited).toMatchObject({ tookEffectOn: [], answered: { status: 429, how: 'whole' } });
    expect(limited?.order?.parList).toEqual([plainPar(cards)]);
    expect(limited?.played).toBeUndefined();
    expect(simulator.card(plainPar(cards)).state).toBe('known');
    expect(simulator.counters().answers).toEqual({ '200 000_000': 1, '429': 1 });
    expect(simulator.violations()).toEqual([]);
  });

  it('uses up no misbehaviour', async () => {
    limitTo(1, 'fixed');
    await call();
    simulator.misbehaveNext({ kind: 'http_status', status: 503 });
    simulator.misbehaveOn(plainPar(cards + 1), { kind: 'http_status', status: 502 });
    expect(await statusesAt([1, 2])).toEqual([429, 429]);
    cards -= 2;
    expect(await statusesAt([60, 120])).toEqual([502, 503]);
  });

  it('is refused before its key and its form are checked', async () => {
    limitTo(1, 'fixed');
    await call();
    const { body } = client.sign({ ...plainCorporation, parList: [plainPar(1)] });
    expect(await client.send({ headers: {}, body })).toMatchObject({ status: 429 });
  });

  it('does not count towards the limit', async () => {
    limitTo(1, 'sliding');
    expect(await statusesAt([0, 30, 59, 60])).toEqual([200, 429, 429, 200]);
  });
});

describe('a rate limit', () => {
  it('is off by default and when it is set to null', async () => {
    expect(simulator.modes().rateLimit).toBeNull();
    limitTo(1, 'fixed');
    simulator.setModes({ latencyMs: 0 });
    expect(await statusesAt([0, 0])).toEqual([200, 429]);
    simulator.setModes({ rateLimit: null });
    expect(await statusesAt([0, 0, 0])).toEqual([200, 200, 200]);
  });

  it('of a fixed window starts a new count with each window of the clock', async () => {
    limitTo(2, 'fixed');
    expect(await statusesAt([50, 58, 59, 60, 61, 62, 120])).toEqual([200, 200, 429, 200, 200, 429, 200]);
  });

  it('of a sliding window holds for any time of its length', async () => {
    limitTo(2, 'sliding');
    expect(await statusesAt([50, 58, 60, 109, 110, 117, 118])).toEqual([200, 200, 429, 429, 200, 429, 200]);
  });

  it('of a bucket accepts a burst, then one call every perMs / calls', async () => {
    limitTo(3, 'bucket');
    expect(await statusesAt([0, 0, 0, 0, 19, 20, 20, 60, 60, 60])).toEqual([
      ...[200, 200, 200, 429],
      ...[429, 200, 429],
      ...[200, 200, 429],
    ]);
  });

  it('keeps its count when another mode changes, and loses it when the simulator forgets', async () => {
    limitTo(1, 'fixed');
    await call();
    simulator.setModes({ cards: 'known' });
    expect(await statusesAt([1])).toEqual([429]);
    simulator.forget();
    expect(await statusesAt([2, 3])).toEqual([200, 429]);
  });

  it('holds for calls that misbehave and that are refused too', async () => {
    limitTo(2, 'fixed');
    simulator.setOutage({ kind: 'http_status', status: 503, when: 'before' });
    expect(await statusesAt([0, 1, 2])).toEqual([503, 503, 429]);
    simulator.behave();
  });

  it.each([
    { calls: 0, perMs: 1 },
    { calls: 1, perMs: 0 },
    { calls: 1.5, perMs: 1 },
    { calls: Number.POSITIVE_INFINITY, perMs: 1 },
  ])('of %j is not accepted', (rateLimit) => {
    expect(() => simulator.setModes({ rateLimit })).toThrow();
  });
});

describe('Retry-After', () => {
  it.each(['fixed', 'sliding', 'bucket'] as const)(
    'says in whole seconds when the next call is accepted (%s)',
    async (window) => {
      limitTo(7, window, { perMs: 10_500, retryAfter: true });
      for (let round = 0; round < 20; round += 1) {
        let seen = await call();
        while (statusOf(seen) === 200) {
          now += 137;
          seen = await call();
        }
        const seconds = retryAfterOf(seen);
        expect(seconds).toMatch(/^[1-9]\d*$/);
        // One second less is too early, unless it is the least that Retry-After can say.
        now += (Number(seconds) - 1) * 1_000;
        if (seconds !== '1') expect(statusOf(await call())).toBe(429);
        now += 1_000;
        expect(statusOf(await call())).toBe(200);
      }
    },
  );

  it('is not too early by a part of a millisecond', async () => {
    limitTo(3, 'bucket', { perMs: 3_001 });
    expect(await statusesAt([0, 0, 0])).toEqual([200, 200, 200]);
    expect(retryAfterOf(await call())).toBe('2');
    expect(await statusesAt([1, 2])).toEqual([429, 200]);
  });

  it('is left out where retryAfter is false', async () => {
    limitTo(1, 'fixed', { retryAfter: false });
    await call();
    const seen = await call();
    expect(statusOf(seen)).toBe(429);
    expect(retryAfterOf(seen)).toBeUndefined();
  });
});
