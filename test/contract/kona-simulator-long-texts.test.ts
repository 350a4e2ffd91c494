import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { misbehaviourKinds } from '../support/kona-simulator/misbehaviour-kinds.ts';
import { createPlainClient, jsonOf, plainCorporation, plainPar } from '../support/kona-simulator/plain-client.ts';
import { type KonaSimulator, startKonaSimulator } from '../support/kona-simulator/server.ts';

// Texts longer than the published page allows, distinct for each card.

let simulator: KonaSimulator;
let client: ReturnType<typeof createPlainClient>;

beforeAll(async () => {
  simulator = await startKonaSimulator({ trialPars: false });
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.forget();
  simulator.setModes({ textLength: 500, badCardsInLists: 'refuse', refusedCorporations: [] });
  client = createPlainClient(simulator.url);
});

const pars = Array.from({ length: 100 }, (_, index) => plainPar(index + 1));
const setUpUnknown = (): void => simulator.setCards(pars.map((par) => ({ par, state: 'unknown' })));

const answerSchema = z.object({
  response: z.object({ description: z.string() }),
  namedResultList: z.array(z.object({ returnMessage: z.string() })).default([]),
});
const call = async (parList: readonly string[]) => answerSchema.parse(jsonOf(await client.name(parList)));
const description = async (parList: readonly string[]) => (await call(parList)).response.description;
const words = async (parList: readonly string[]) =>
  (await call(parList)).namedResultList.map(({ returnMessage }) => returnMessage);

const padded = (text: string, length = 500) =>
  expect.stringMatching(new RegExp(`^${text}[가-힣]{${length - text.length}}$`));

describe('textLength', () => {
  it('pads no text by default', async () => {
    simulator.setModes({ textLength: 0 });
    setUpUnknown();
    expect(await description([plainPar(1)])).toBe('Cannot find par');
  });

  it('leaves what is said of success as it is', async () => {
    expect(jsonOf(await client.name([plainPar(1)]))).toEqual({
      response: { code: '000_000', description: 'Success' },
      namedResultList: [{ par: plainPar(1), returnMessage: 'Success' }],
    });
  });

  it('pads descriptions of refusals, another for each card and the same for the same card', async () => {
    setUpUnknown();
    const descriptions = [];
    for (const par of pars.slice(0, 20)) descriptions.push(await description([par]));
    for (const one of descriptions) expect(one).toEqual(padded('Cannot find par'));
    expect(new Set(descriptions).size).toBe(20);
    expect(await description([plainPar(1)])).toBe(descriptions[0]);
  });

  it('pads the words of a list with bad cards, another for each card', async () => {
    setUpUnknown();
    simulator.setModes({ badCardsInLists: 'listed_with_word' });
    const seen = await words([...pars, plainPar(1_000)]);
    expect(seen.pop()).toBe('Success');
    for (const one of seen) expect(one).toEqual(padded('Cannot find par'));
    expect(new Set(seen).size).toBe(100);
  });

  it('pads the description of a refused corporation', async () => {
    const { bizLicenseNo } = plainCorporation;
    simulator.setModes({ refusedCorporations: [{ bizLicenseNo, status: 403, description: 'Not allowed' }] });
    expect(await description([plainPar(1)])).toEqual(padded('Not allowed'));
  });

  it('pads the descriptions of misbehaviours, another for each card', async () => {
    simulator.setOutage({ kind: 'refusal', code: '000_999', description: '시스템 점검 중', when: 'before' });
    const [one, other] = [await description([plainPar(1)]), await description([plainPar(2)])];
    expect([one, other]).toEqual([padded('시스템 점검 중'), padded('시스템 점검 중')]);
    expect(one).not.toBe(other);
    simulator.setOutage({ kind: 'http_status', status: 500, body: 'json', when: 'before' });
    expect(await description([plainPar(1)])).toEqual(padded('HTTP 500'));
    simulator.setOutage({ kind: 'ok_other_code', when: 'before' });
    expect(await description([plainPar(1)])).toEqual(padded('Unknown'));
  });

  it('pads the words of misbehaviours, another for each card', async () => {
    simulator.misbehaveNext({ kind: 'list_words', returnMessage: '보류' });
    const seen = await words(pars);
    for (const one of seen) expect(one).toEqual(padded('보류'));
    expect(new Set(seen).size).toBe(100);
    simulator.misbehaveNext({ kind: 'list_twice', returnMessage: '실패' });
    expect(await words([plainPar(200)])).toEqual(['Success', padded('실패')]);
  });
});

describe('list_words with a length', () => {
  it('gives each listed card a word of that many characters of its own', async () => {
    simulator.setModes({ textLength: 0 });
    simulator.misbehaveNext({ kind: 'list_words', length: 120 });
    const seen = await words(pars);
    for (const one of seen) expect(one).toMatch(/^[가-힣]{120}$/);
    expect(new Set(seen).size).toBe(100);
    expect(simulator.requests()[0]?.tookEffectOn).toEqual(pars);
  });

  it('is a kind of its own that tells no lie', () => {
    expect(misbehaviourKinds.find(({ name }) => name === 'list_words_long')).toEqual({
      name: 'list_words_long',
      misbehaviour: { kind: 'list_words', length: 500 },
      lies: false,
    });
  });
});
