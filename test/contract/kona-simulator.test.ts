import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlainClient, jsonOf, plainCorporation, plainPar } from '../support/kona-simulator/plain-client.ts';
import { type KonaSimulator, startKonaSimulator } from '../support/kona-simulator/server.ts';

let simulator: KonaSimulator;
let client: ReturnType<typeof createPlainClient>;

beforeEach(async () => {
  simulator = await startKonaSimulator();
  client = createPlainClient(simulator.url);
});
afterEach(() => simulator.close());

const [one, two, three] = [plainPar(1), plainPar(2), plainPar(3)];
const other = { ...plainCorporation, bizLicenseNo: '1348672683' };
const success = (...pars: string[]) => ({
  response: { code: '000_000', description: 'Success' },
  namedResultList: pars.map((par) => ({ par, returnMessage: 'Success' })),
});
const notFound = { response: { code: '003_021', description: 'Cannot find par' } };
const alreadyNamed = { response: { code: '003_050', description: 'All named process has been completed' } };
const named = (...pars: string[]) => pars.map((par) => simulator.card(par).state === 'named');

describe('the published test cases', () => {
  it('names the cards of a corporation and lists them under the caller’s correlation ID', async () => {
    const call = client.sign({ ...plainCorporation, parList: [one, two] });
    const seen = await client.send(call);
    expect(seen).toMatchObject({ end: 'whole', status: 200 });
    expect(seen).toHaveProperty(['headers', 'x-km-correlation-id'], call.headers['X-KM-Correlation-Id']);
    expect(jsonOf(seen)).toEqual(success(one, two));
  });

  it('refuses a list with a card that it does not know, without saying which', async () => {
    simulator.setCards([{ par: two, state: 'unknown' }]);
    const seen = await client.name([one, two]);
    expect(seen).toMatchObject({ status: 400 });
    expect(jsonOf(seen)).toEqual(notFound);
    expect(named(one, two)).toEqual([false, false]);
  });

  it('refuses a card that is named already, even to the same corporation', async () => {
    await client.name([one]);
    const again = await client.name([one]);
    expect(again).toMatchObject({ status: 400 });
    expect(jsonOf(again)).toEqual(alreadyNamed);
  });
});

describe('truth', () => {
  it('tells to whom a card was named, by which call and when', async () => {
    const before = Date.now();
    const call = client.sign({ ...plainCorporation, parList: [one] });
    await client.send(call);
    const truth = simulator.card(one);
    const { bizLicenseNo, registrationNumber } = plainCorporation;
    const correlationId = call.headers['X-KM-Correlation-Id'];
    expect(truth).toMatchObject({ state: 'named', namedFor: { bizLicenseNo, registrationNumber, correlationId } });
    expect(truth.state === 'named' && truth.namedFor.namedAt).toBeGreaterThanOrEqual(before);
    expect(simulator.namedCards()).toEqual([truth]);
  });

  it('refuses terminated cards and others with the code they were set up with', async () => {
    simulator.setCards([
      { par: one, state: 'terminated' },
      { par: two, state: 'refused', code: '003_001', description: 'Invalid card information' },
    ]);
    expect(jsonOf(await client.name([one]))).toMatchObject({ response: { code: '003_022' } });
    expect(jsonOf(await client.name([two]))).toMatchObject({ response: { code: '003_001' } });
  });

  it('keeps to whom a card had been named when another corporation asks for it', async () => {
    await client.name([one]);
    expect(jsonOf(await client.name([one], undefined, other))).toEqual(alreadyNamed);
    expect(simulator.card(one)).toMatchObject({ namedFor: { bizLicenseNo: plainCorporation.bizLicenseNo } });
  });

  it('gives PARs that end in DEAD, BEEF and FADE their fate, unless they are set up or the modes say otherwise', async () => {
    const [dead, beef, fade] = [plainPar(0xdead), plainPar(0xbeef), plainPar(0xfade)];
    expect(jsonOf(await client.name([dead]))).toEqual(notFound);
    expect(jsonOf(await client.name([beef]))).toEqual(alreadyNamed);
    const hungUp = new AbortController();
    const unanswered = client.name([one, fade], hungUp.signal);
    await expect.poll(() => named(fade), { interval: 5 }).toEqual([true]);
    hungUp.abort();
    expect(await unanswered).toMatchObject({ end: 'none' });
    expect(jsonOf(await client.name([fade]))).toEqual(alreadyNamed);
    simulator.forget();
    simulator.setCards([dead, beef, fade].map((par) => ({ par, state: 'known' })));
    expect(jsonOf(await client.name([dead, beef, fade]))).toEqual(success(dead, beef, fade));
    simulator.forget();
    simulator.setModes({ trialPars: false });
    expect(jsonOf(await client.name([dead, beef, fade]))).toEqual(success(dead, beef, fade));
  });
});

describe('modes', () => {
  it('knows no card but those set up, if told so', async () => {
    simulator.setModes({ cards: 'unknown' });
    simulator.setCards([{ par: one, state: 'known' }]);
    expect(jsonOf(await client.name([two]))).toEqual(notFound);
    expect(jsonOf(await client.name([one]))).toEqual(success(one));
  });

  it('refuses a list for any card named before, or only if all of them are', async () => {
    await client.name([one]);
    expect(jsonOf(await client.name([one, two]))).toEqual(alreadyNamed);
    simulator.setModes({ alreadyNamedRefuses: 'all' });
    expect(jsonOf(await client.name([one, two]))).toEqual(success(two));
    expect(jsonOf(await client.name([one, two]))).toEqual(alreadyNamed);
  });

  it('lists a card again for the corporation that has it, and for no other', async () => {
    simulator.setModes({ alreadyNamedRefuses: 'all', listAlreadyNamed: true });
    await client.name([one]);
    expect(jsonOf(await client.name([one, two]))).toEqual(success(one, two));
    expect(jsonOf(await client.name([one, three], undefined, other))).toEqual(success(three));
  });

  it('names the good cards of a refused list, if told so', async () => {
    simulator.setModes({ refusedListCommits: 'all_good' });
    simulator.setCards([{ par: two, state: 'unknown' }]);
    expect(jsonOf(await client.name([one, two, three]))).toEqual(notFound);
    expect(named(one, two, three)).toEqual([true, false, true]);
  });

  it('checks first for what the mode says', async () => {
    simulator.setCards([
      { par: one, state: 'unknown' },
      { par: two, state: 'named', bizLicenseNo: '1', registrationNumber: '1' },
    ]);
    expect(jsonOf(await client.name([two, one]))).toEqual(notFound);
    simulator.setModes({ checkOrder: 'already_named_first' });
    expect(jsonOf(await client.name([one, two]))).toEqual(alreadyNamed);
  });

  it('refuses a corporation whatever cards it brings', async () => {
    const refusal = { code: '000_002', description: 'Invalid or empty value : bizLicenseNo' };
    simulator.setModes({ refusedCorporations: [{ bizLicenseNo: plainCorporation.bizLicenseNo, ...refusal }] });
    expect(jsonOf(await client.name([one]))).toEqual({ response: refusal });
    expect(jsonOf(await client.name([one], undefined, other))).toEqual(success(one));
  });

  it('takes its time before it judges', async () => {
    simulator.setModes({ latencyMs: 30 });
    await client.name([one]);
    const [entry] = simulator.requests();
    expect((entry?.effectAt ?? 0) - (entry?.receivedAt ?? 0)).toBeGreaterThanOrEqual(29);
  });
});

describe('the host', () => {
  it('refuses connections while it is dark, and remembers everything after', async () => {
    await client.name([one]);
    await simulator.goDark();
    expect(await client.name([two])).toEqual({ end: 'none', code: 'ECONNREFUSED' });
    await simulator.comeBack();
    expect(jsonOf(await client.name([one]))).toEqual(alreadyNamed);
  });

  it('breaks off calls in flight when it closes', async () => {
    simulator.setOutage({ kind: 'hang' });
    const unanswered = client.name([one]);
    await expect.poll(() => named(one), { interval: 5 }).toEqual([true]);
    await simulator.close();
    expect(await unanswered).toMatchObject({ end: 'none', code: 'ECONNRESET' });
  });

  it('drops late effects that are due when it closes', async () => {
    simulator.setOutage({ kind: 'commit_late', commitAfterMs: 60_000 });
    const hungUp = new AbortController();
    const unanswered = client.name([one], hungUp.signal);
    await expect.poll(() => simulator.requests()[0]?.played, { interval: 5 }).toBeDefined();
    hungUp.abort();
    await unanswered;
    await simulator.close();
    expect(named(one)).toEqual([false]);
  });
});
