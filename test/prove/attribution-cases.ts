import type { Corporation, NamedBy } from '../../shared/limit-increase/terms.ts';
import { aPar, pars } from '../support/builders.ts';
import type { CardSetup } from '../support/kona-simulator/cards.ts';
import type { ModesChange } from '../support/kona-simulator/modes.ts';
import { type AttributionCheck, createAttributionCheck } from './attribution-check.ts';
import { corporationNumber, createTroubleStage, minuteMs } from './trouble-stage.ts';
import { createExpectations, type TroubleVerdict } from './trouble-verdict.ts';

// Histories in which attribution has one right answer.

const outside = { bizLicenseNo: '9999999999', registrationNumber: '9999999999999' };
const named = (
  numbers: readonly number[],
  { bizLicenseNo, registrationNumber }: Pick<Corporation, 'bizLicenseNo' | 'registrationNumber'> = outside,
): CardSetup[] => numbers.map((number) => ({ par: aPar(number), state: 'named', bizLicenseNo, registrationNumber }));
const ours = corporationNumber(1);
const theirs = corporationNumber(2);
const cards = 100;

type Stage = ReturnType<typeof createTroubleStage>;
type Found = { readonly status: string; readonly namedBy?: NamedBy | undefined };

/** Runs `act`, lets ten hours pass, and reads what the API then answers of the orders' cards. */
async function play(
  setup: { readonly modes?: ModesChange; readonly named?: readonly CardSetup[]; readonly giveUpAfterMs?: number },
  act: (stage: Stage, check: AttributionCheck) => void | Promise<void>,
) {
  const giveUpAfterMs = setup.giveUpAfterMs ?? 72 * 60 * minuteMs;
  const modes = { trialPars: false, ...setup.modes };
  const stage = createTroubleStage({ modes, cards: setup.named ?? [], giveUpAfterMs });
  const check = createAttributionCheck(stage.world);
  stage.reconcileUntil(600 * minuteMs);
  await act(stage, check);
  await stage.run(600 * minuteMs);
  for (const { key, requestId } of stage.orders) await check.holdViews(key, await stage.cardsOfRequest(requestId));
  return {
    broken: [...check.broken, ...stage.violations],
    /** By its number from 1, of that order. */
    found: async (key: string, number: number): Promise<Found> => {
      const order = stage.orders.find((one) => one.key === key);
      const views = await check.viewed(await stage.cardsOfRequest(order?.requestId ?? ''));
      const view = views.find(({ par }) => par === aPar(number));
      return { status: view?.status ?? 'absent', namedBy: view?.namedBy };
    },
    /** As its own POST answered. */
    answered: async (key: string, number: number): Promise<Found> => {
      const order = stage.orders.find((one) => one.key === key);
      const views = await check.viewed(order?.answered?.cards ?? []);
      const view = views.find(({ par }) => par === aPar(number));
      return { status: view?.status ?? 'absent', namedBy: view?.namedBy };
    },
  };
}

type Played = Awaited<ReturnType<typeof play>>;

const said = ({ status, namedBy }: Found): string => (namedBy === undefined ? status : `${status}, ${namedBy}`);

/** Where refused lists commit nothing. `positions`: cards of an order of a hundred that were named outside. */
async function amongHundred(positions: readonly number[], modes: ModesChange): Promise<string[]> {
  const numbers = positions.map((position) => position + 1);
  const setup = { modes: { refusedListCommits: 'none', ...modes } as const, named: named(numbers) };
  const played = await play(setup, (stage) => stage.at(minuteMs, () => stage.post('order', ours, pars(cards))));
  const broken = [...played.broken];
  for (const number of numbers) {
    const found = said(await played.found('order', number));
    if (found !== 'already_named, presumed_elsewhere')
      broken.push(`named outside at ${positions} of 100 (${JSON.stringify(modes)}): at ${number - 1} it is ${found}`);
  }
  return broken;
}

async function expectEach(played: Played, wanted: readonly (readonly [string, number, string])[]): Promise<string[]> {
  const broken = [...played.broken];
  for (const [key, number, is] of wanted) {
    const found = said(await played.found(key, number));
    if (found !== is) broken.push(`card ${number} of ${key} is ${found}, expected ${is}`);
  }
  return broken;
}

const onlyAlone = async (): Promise<string[]> =>
  expectEach(
    await play({ named: named([1]) }, (stage) => {
      stage.at(minuteMs, () => stage.post('order', ours, [aPar(1)]));
      stage.at(2 * minuteMs, () => stage.post('again', ours, [aPar(1)]));
      stage.at(3 * minuteMs, () => stage.post('other', theirs, [aPar(1)]));
    }),
    ['order', 'again', 'other'].map((key) => [key, 1, 'already_named, elsewhere'] as const),
  );

const listedAsSuccess = async (): Promise<string[]> =>
  expectEach(
    await play({}, (stage) => {
      stage.at(minuteMs, () => stage.post('order', ours, pars(5)));
      stage.at(2 * minuteMs, () => stage.post('alone', ours, [aPar(1)]));
      stage.at(3 * minuteMs, () => stage.post('list', ours, pars(7)));
      stage.at(4 * minuteMs, () => stage.post('other', theirs, pars(3)));
    }),
    [
      ['order', 1, 'named'],
      ['alone', 1, 'already_named, this_corporation'],
      ...[1, 2, 5].map((number) => ['list', number, 'already_named, this_corporation'] as const),
      ['list', 7, 'named'],
      ['other', 2, 'already_named, other_corporation'],
    ],
  );

/** A call for another corporation took effect, and was never answered. */
async function othersLostCall(): Promise<string[]> {
  const played = await play({}, ({ at, post, simulator }) => {
    at(minuteMs, () => {
      simulator.misbehaveNext({ kind: 'reset', when: 'after' });
      post('theirs', theirs, [aPar(1)]);
    });
    at(minuteMs + 20_000, () => post('order', ours, [aPar(1)]));
  });
  const answered = said(await played.answered('order', 1));
  const atOnce =
    answered === 'already_named, disputed' ? [] : [`as its POST answers the card is ${answered}, expected disputed`];
  return [...atOnce, ...(await expectEach(played, [['order', 1, 'already_named, disputed']]))];
}

/** A refused list of another corporation took effect on its good cards. */
async function othersRefusedList(): Promise<string[]> {
  const modes = { refusedListCommits: 'all_good' } as const;
  const played = await play({ modes, named: named([3]) }, (stage) => {
    stage.at(minuteMs, () => {
      stage.simulator.misbehaveOn(aPar(2), { kind: 'http_status', status: 500, when: 'before' }, 1);
      stage.post('theirs', theirs, pars(3));
    });
    stage.at(10 * minuteMs, () => stage.post('order', ours, [aPar(1)]));
  });
  return expectEach(played, [['order', 1, 'already_named, disputed']]);
}

/** The other order's worker still holds its chunk when the card is answered: its refused list had named the card. */
async function whileOtherOrderIsUnderWay(): Promise<string[]> {
  const modes = { refusedListCommits: 'all_good' } as const;
  const played = await play({ modes, named: named([3]) }, async (stage, check) => {
    stage.at(minuteMs, () => stage.post('theirs', theirs, pars(3)));
    stage.at(minuteMs + 500, () => stage.simulator.setModes({ latencyMs: 2_000 }));
    stage.simulator.setModes({ latencyMs: 300 });
    stage.at(minuteMs + 600, () => stage.post('order', ours, [aPar(1)]));
    await stage.run(minuteMs + 4_000);
    const answered = stage.orders.find(({ key }) => key === 'order')?.answered;
    await check.holdViews('POST while another order is under way', answered?.cards ?? []);
  });
  return played.broken;
}

/** A list that says of a card, in a 200, that it is refused. */
async function wordOfRefusal(size: number, position: number): Promise<string[]> {
  const number = position + 1;
  const setup = { modes: { badCardsInLists: 'listed_with_word' } as const, named: named([number], theirs) };
  const played = await play(setup, (stage) => {
    stage.at(minuteMs, () => stage.post('order', ours, pars(size)));
    stage.at(5 * minuteMs, () => stage.post('owner-alone', theirs, [aPar(number)]));
    stage.at(6 * minuteMs, () => stage.post('owner-list', theirs, [aPar(number), aPar(5_000)]));
  });
  const broken = [...played.broken];
  const found = await played.found('order', number);
  if (found.status !== 'already_named' || found.namedBy === 'this_corporation')
    broken.push(`a word of refusal in a list of ${size}: the card is ${said(found)}`);
  for (const key of ['owner-alone', 'owner-list']) {
    const owner = await played.found(key, number);
    if (owner.status !== 'already_named' || owner.namedBy === 'other_corporation')
      broken.push(`a word of refusal in a list of ${size}: ${key} reads ${said(owner)}`);
  }
  return broken;
}

export async function runAttributionCases(isLong = false): Promise<TroubleVerdict> {
  const expected = createExpectations();
  const add = (broken: readonly string[]): void => void expected.broken.push(...broken);
  const ones = isLong ? Array.from({ length: cards }, (_, position) => position) : [0, 1, 50, 98, 99];
  const several = [
    [1, 2],
    [0, 50],
    [10, 20, 30],
    [49, 50],
    [98, 99],
    [0, 99],
    [5, 6, 7, 8, 9],
    [0, 1, 2, 97],
  ];
  for (const position of ones) add(await amongHundred([position], {}));
  for (const position of [0, 99]) add(await amongHundred([position], { checkOrder: 'already_named_first' }));
  for (const positions of several) add(await amongHundred(positions, {}));
  add(await onlyAlone());
  add(await listedAsSuccess());
  add(await othersLostCall());
  add(await othersRefusedList());
  add(await whileOtherOrderIsUnderWay());
  for (const [size, position] of [
    [2, 0],
    [2, 1],
    [10, 4],
    [100, 99],
  ] as const)
    add(await wordOfRefusal(size, position));
  return {
    run: `attribution, cases with one right answer`,
    figures: { 'lists with cards named outside': ones.length + 2 + several.length },
    broken: expected.broken,
  };
}
