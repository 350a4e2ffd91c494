import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { misbehaviourKinds } from '../support/kona-simulator/misbehaviour-kinds.ts';
import { createPlainClient, jsonOf, plainCorporation, plainPar } from '../support/kona-simulator/plain-client.ts';
import { type KonaSimulator, startKonaSimulator } from '../support/kona-simulator/server.ts';

// What a 200 says of each listed card: a word of refusal, two words that contradict each other.

let simulator: KonaSimulator;
let client: ReturnType<typeof createPlainClient>;

beforeAll(async () => {
  simulator = await startKonaSimulator({ trialPars: false });
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.forget();
  simulator.setModes({ badCardsInLists: 'refuse', refusedListCommits: 'none', refusedCorporations: [] });
  client = createPlainClient(simulator.url);
});

const [good, named, unknown, terminated, refused, alsoGood] = [1, 2, 3, 4, 5, 6].map(plainPar);
const mixed = [good, named, unknown, terminated, refused, alsoGood].map(String);

const setUpMixed = (): void =>
  simulator.setCards([
    { par: String(named), state: 'named', bizLicenseNo: '1', registrationNumber: '1' },
    { par: String(unknown), state: 'unknown' },
    { par: String(terminated), state: 'terminated' },
    { par: String(refused), state: 'refused', code: '003_001', description: 'Invalid card information' },
  ]);

const answerSchema = z.object({
  response: z.object({ code: z.literal('000_000') }),
  namedResultList: z.array(z.object({ par: z.string(), returnMessage: z.string() })),
});
const words = async (parList: readonly string[]) =>
  answerSchema.parse(jsonOf(await client.name(parList))).namedResultList.map((card) => [card.par, card.returnMessage]);
const tookEffectOn = () => simulator.requests().flatMap((entry) => entry.tookEffectOn);

describe('a list with bad cards where badCardsInLists is listed_with_word', () => {
  beforeEach(() => {
    setUpMixed();
    simulator.setModes({ badCardsInLists: 'listed_with_word' });
  });

  it('is answered with every card, the bad ones with a word of refusal', async () => {
    expect(await words(mixed)).toEqual([
      [good, 'Success'],
      [named, '이미 기명화가 진행된 카드.'],
      [unknown, 'Cannot find par'],
      [terminated, 'Card terminated'],
      [refused, 'Invalid card information'],
      [alsoGood, 'Success'],
    ]);
    expect(tookEffectOn()).toEqual([good, alsoGood]);
    expect(mixed.filter((par) => simulator.card(par).state === 'named')).toEqual([good, named, alsoGood]);
  });

  it('names its good cards whatever refused lists commit', async () => {
    simulator.setModes({ refusedListCommits: 'none' });
    await words(mixed);
    expect(tookEffectOn()).toEqual([good, alsoGood]);
  });

  it('lists a card with the word of a named one even to the corporation that has it', async () => {
    await client.name([String(good)]);
    simulator.setModes({ listAlreadyNamed: true });
    expect(await words([String(good), String(alsoGood)])).toEqual([
      [good, '이미 기명화가 진행된 카드.'],
      [alsoGood, 'Success'],
    ]);
    simulator.setModes({ listAlreadyNamed: false });
  });

  it.each([
    ['named', named, '003_050'],
    ['unknown', unknown, '003_021'],
    ['terminated', terminated, '003_022'],
    ['refused', refused, '003_001'],
  ])('refuses a single-card call with the code of the %s card', async (_, par = '', code) => {
    expect(jsonOf(await client.name([par]))).toMatchObject({ response: { code } });
    expect(jsonOf(await client.name([par, par]))).toMatchObject({ response: { code } });
  });

  it('is still refused for its corporation', async () => {
    simulator.setModes({ refusedCorporations: [{ bizLicenseNo: plainCorporation.bizLicenseNo }] });
    expect(await client.name(mixed)).toMatchObject({ status: 400 });
    expect(tookEffectOn()).toEqual([]);
  });

  it('keeps its words of refusal when list_words and list_twice are played', async () => {
    simulator.misbehaveNext({ kind: 'list_words', returnMessage: '처리완료' });
    expect(await words([good, unknown].map(String))).toEqual([
      [good, '처리완료'],
      [unknown, 'Cannot find par'],
    ]);
    simulator.misbehaveNext({ kind: 'list_twice', returnMessage: 'Success', wordFirst: true });
    expect((await words([alsoGood, unknown].map(String))).slice(2)).toEqual([
      [alsoGood, 'Success'],
      [unknown, 'Cannot find par'],
    ]);
  });
});

describe('a list with bad cards by default', () => {
  it('is refused', async () => {
    setUpMixed();
    expect(await client.name(mixed)).toMatchObject({ status: 400 });
  });
});

describe('list_twice', () => {
  const list = [good, alsoGood].map(String);

  it('lists every card a second time with another word', async () => {
    simulator.misbehaveNext({ kind: 'list_twice' });
    expect(await words(list)).toEqual([
      [good, 'Success'],
      [alsoGood, 'Success'],
      [good, '실패'],
      [alsoGood, '실패'],
    ]);
    expect(tookEffectOn()).toEqual(list);
  });

  it('lists the other word first where wordFirst is true', async () => {
    simulator.misbehaveNext({ kind: 'list_twice', returnMessage: '보류', wordFirst: true });
    expect((await words(list)).map(([, word]) => word)).toEqual(['보류', '보류', 'Success', 'Success']);
  });

  it('names no card where named is false, and is never a lie: the less favourable word counts', async () => {
    simulator.misbehaveNext({ kind: 'list_twice', named: false });
    expect(await words(list)).toHaveLength(4);
    expect(tookEffectOn()).toEqual([]);
    const kinds = misbehaviourKinds.filter(({ misbehaviour }) => misbehaviour.kind === 'list_twice');
    expect(kinds.map(({ name, lies }) => [name, lies])).toEqual([
      ['list_twice', false],
      ['list_twice_word_first', false],
      ['list_twice_unnamed', false],
    ]);
  });
});
