import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPlainClient, plainPar } from '../support/kona-simulator/plain-client.ts';
import { type KonaSimulator, startKonaSimulator } from '../support/kona-simulator/server.ts';

let simulator: KonaSimulator;
let client: ReturnType<typeof createPlainClient>;

beforeAll(async () => {
  simulator = await startKonaSimulator({ trialPars: false });
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.forget();
  client = createPlainClient(simulator.url);
});

/** The statuses of so many calls in a row, each for the next card. */
async function statuses(calls: number, from = 1): Promise<readonly number[]> {
  const seen: number[] = [];
  for (let number = from; number < from + calls; number += 1) {
    const answer = await client.name([plainPar(number)]);
    seen.push(answer.end === 'none' ? 0 : answer.status);
  }
  return seen;
}

describe('who is played a misbehaviour', () => {
  it('is the next caller, and so many after', async () => {
    simulator.misbehaveNext({ kind: 'http_status', status: 500, when: 'before' }, 2);
    simulator.misbehaveNext({ kind: 'reset', when: 'before' });
    expect(await statuses(4)).toEqual([500, 500, 0, 200]);
  });

  it('is the one who carries a card, as often as asked; the queue waits meanwhile', async () => {
    simulator.misbehaveOn(plainPar(2), { kind: 'http_status', status: 502, when: 'before' }, 2);
    expect(await statuses(3)).toEqual([200, 502, 200]);
    simulator.misbehaveNext({ kind: 'http_status', status: 500, when: 'before' });
    expect(await statuses(1, 2)).toEqual([502]);
    expect(await statuses(2, 8)).toEqual([500, 200]);
  });

  it.each([Number.POSITIVE_INFINITY, 'always'] as const)(
    'is every caller that carries a pinned card until behave (%s)',
    async (times) => {
      simulator.misbehaveOn(plainPar(1), { kind: 'http_status', status: 500, when: 'before' }, times);
      const lists = Array.from({ length: 20 }, (_, more) =>
        more % 2 === 0 ? [plainPar(1)] : [plainPar(2), plainPar(1)],
      );
      for (const parList of lists) expect(await client.name(parList)).toMatchObject({ status: 500 });
      expect(await client.name([plainPar(2)])).toMatchObject({ status: 200 });
      simulator.behave();
      expect(await client.name([plainPar(1)])).toMatchObject({ status: 200 });
    },
  );

  it('is not pinned for a part of a call, or for none', () => {
    for (const times of [0, -1, 1.5, Number.NaN])
      expect(() => simulator.misbehaveOn(plainPar(1), { kind: 'reset' }, times)).toThrow();
  });

  it('is everyone during an outage, whatever else was planned', async () => {
    simulator.misbehaveNext({ kind: 'http_status', status: 500, when: 'before' });
    simulator.setOutage({ kind: 'http_status', status: 503, when: 'before' });
    expect(await statuses(3)).toEqual([503, 503, 503]);
    simulator.setOutage(undefined);
    expect(await statuses(2)).toEqual([500, 200]);
  });

  it('is who sends something malformed too', async () => {
    simulator.setOutage({ kind: 'http_status', status: 503, when: 'before' });
    const { headers } = client.sign({});
    expect(await client.send({ headers, body: Buffer.from('?') })).toMatchObject({ status: 503 });
  });

  it('is nobody any more after behave', async () => {
    simulator.misbehaveNext({ kind: 'reset_unread' });
    simulator.misbehaveOn(plainPar(1), { kind: 'reset' });
    simulator.misbehaveAtRandom({ share: 1, seed: 1, kinds: [{ kind: 'reset' }] });
    simulator.setOutage({ kind: 'reset' });
    simulator.behave();
    expect(await statuses(2)).toEqual([200, 200]);
  });

  it('is drawn by the seed alone, at about the given share', async () => {
    const kinds = [500, 503].map((status) => ({ kind: 'http_status', status, when: 'before' }) as const);
    const run = async (seed: number) => {
      simulator.forget();
      simulator.misbehaveAtRandom({ share: 0.4, seed, kinds });
      return statuses(60);
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
    expect(first.filter((status) => status === 200).length).toBeGreaterThan(24);
    expect(new Set(first)).toEqual(new Set([200, 500, 503]));
  });
});

describe('the request log', () => {
  it('keeps the bytes as they came, the cards they named and what was answered', async () => {
    const call = client.sign({
      corporationName: '(주)코나',
      bizLicenseNo: '1',
      registrationNumber: '2',
      parList: [plainPar(1)],
    });
    await client.send(call);
    await statuses(1, 2);
    const [entry] = simulator.requests();
    expect(entry?.body.equals(call.body)).toBe(true);
    expect(entry).toMatchObject({
      method: 'POST',
      correlationId: call.headers['X-KM-Correlation-Id'],
      headers: { 'x-km-tran-token': call.headers['X-KM-Tran-Token'] },
      tookEffectOn: [plainPar(1)],
      answered: { status: 200, code: '000_000', how: 'whole' },
    });
    const { seq = 0, effectSeq = 0, finishedSeq = 0 } = entry ?? {};
    expect([effectSeq, finishedSeq]).toEqual([seq + 1, seq + 2]);
  });

  it('shows which calls ran side by side, and over which cards', async () => {
    simulator.misbehaveNext({ kind: 'hang', when: 'before' });
    const hungUp = new AbortController();
    const first = client.name([plainPar(1), plainPar(2)], hungUp.signal);
    await expect.poll(() => simulator.requests()[0]?.played, { interval: 5 }).toBeDefined();
    await client.name([plainPar(2), plainPar(3)]);
    hungUp.abort();
    await first;
    await simulator.quiet();
    await client.name([plainPar(1)]);
    const [hung, beside, after] = simulator.requests();
    expect(hung?.overlapping).toEqual([]);
    expect(beside?.overlapping).toEqual([
      { seq: hung?.seq, correlationId: hung?.correlationId, sameCorporation: true, sharedPars: [plainPar(2)] },
    ]);
    expect(after?.overlapping).toEqual([]);
    expect(simulator.counters()).toEqual({
      requests: 3,
      inFlight: 0,
      inFlightMax: 2,
      cardsNamed: 3,
      violations: 0,
      answers: { none: 1, '200 000_000': 2 },
    });
  });

  it('never shows one call after another as overlapping', async () => {
    await statuses(50);
    expect(simulator.requests().flatMap(({ overlapping }) => overlapping)).toEqual([]);
    expect(simulator.counters().inFlightMax).toBe(1);
  });

  it('finds a correlation ID that is used twice, even if nothing came of it first', async () => {
    simulator.misbehaveNext({ kind: 'reset_unread' });
    const call = client.sign({
      corporationName: 'K',
      bizLicenseNo: '1',
      registrationNumber: '2',
      parList: [plainPar(1)],
    });
    await client.send(call);
    await client.send(call);
    const correlationId = call.headers['X-KM-Correlation-Id'];
    expect(simulator.violations()).toMatchObject([{ violation: 'correlation_id_reused', correlationId }]);
  });

  it('finds a card that stands twice in a list', async () => {
    await client.name([plainPar(1), plainPar(1)]);
    expect(simulator.violations()).toMatchObject([{ violation: 'par_repeated' }]);
    expect(simulator.requests()[0]?.tookEffectOn).toEqual([plainPar(1)]);
  });
});
