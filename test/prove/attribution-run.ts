import { aPar, pars } from '../support/builders.ts';
import type { CardSetup } from '../support/kona-simulator/cards.ts';
import type { Misbehaviour } from '../support/kona-simulator/misbehaviour.ts';
import { honestKinds } from '../support/kona-simulator/misbehaviour-kinds.ts';
import type { ModesChange } from '../support/kona-simulator/modes.ts';
import { createAttributionCheck } from './attribution-check.ts';
import { createDraw, type Draw } from './draw.ts';
import { corporationNumber, createTroubleStage, minuteMs } from './trouble-stage.ts';
import { createExpectations, type TroubleVerdict } from './trouble-verdict.ts';

// Random histories of a few cards: orders of one and of several corporations, some cards named outside before, every way of
// committing a refused list, calls that fail after they took effect, and redrives.

const faultyMs = 60 * minuteMs;
const patienceMs = 30 * 60 * minuteMs;

const modest: readonly Misbehaviour[] = [
  { kind: 'reset', when: 'after' },
  { kind: 'reset', when: 'before' },
  { kind: 'hang', when: 'after' },
  { kind: 'http_status', status: 500, when: 'after' },
  { kind: 'refusal', code: '000_999', description: '시스템 점검 중입니다.', when: 'after' },
  { kind: 'commit_late', commitAfterMs: 20 },
  { kind: 'cut_body' },
  { kind: 'list_omits' },
  { kind: 'list_words' },
];

type HistoryVerdict = {
  readonly broken: readonly string[];
  /** How often each attribution was said in the end, those of cards that a call of ours named apart. */
  readonly said: Readonly<Record<string, number>>;
  readonly redrives: number;
  readonly unfinished: boolean;
};

async function runHistory(seed: number): Promise<HistoryVerdict> {
  const draw = createDraw(seed + 500_000);
  const { below, chance, oneOf, times } = draw;
  const modes: ModesChange = {
    trialPars: false,
    alreadyNamedRefuses: oneOf(['any', 'all']),
    refusedListCommits: oneOf(['none', 'all_good', 'before_first_fault', 'arbitrary']),
    checkOrder: oneOf(['not_found_first', 'already_named_first']),
    listAlreadyNamed: chance(0.3),
    badCardsInLists: chance(0.2) ? 'listed_with_word' : 'refuse',
  };
  const count = 2 + below(chance(0.1) ? 30 : 7);
  const corporations = times(oneOf([1, 1, 2, 3]), corporationNumber);
  const cards = pars(count).map((par) => drawCard(par, modes, draw));
  const stage = createTroubleStage({
    ...{ seed, modes, cards, giveUpAfterMs: oneOf([10, 30, 72 * 60]) * minuteMs, parsPerCallMax: oneOf([100, 100, 3]) },
    dyingShare: oneOf([0, 0, 0.2]),
  });
  const { timeline, simulator, world } = stage;
  const check = createAttributionCheck(world);
  const kinds = chance(0.5) ? modest : honestKinds.map(({ misbehaviour }) => misbehaviour);
  simulator.misbehaveAtRandom({ share: oneOf([0, 0.15, 0.3, 0.7]), seed, kinds });
  let redrives = 0;
  const redriveAfterMs = oneOf([0, 2_000, 600_000]);
  for (let number = 0; number < 1 + below(4); number += 1) {
    const wanted = 1 + below(count);
    const numbers = new Set(times(wanted, () => 1 + below(count)));
    const corporation = oneOf([corporationNumber(0), ...corporations.slice(1)]);
    const parList = [...numbers].map((one) => aPar(one));
    stage.at(chance(0.5) ? below(5_000) : below(faultyMs), () => stage.post(`order-${number}`, corporation, parList));
  }
  const checkAll = async (where: string, isEnd: boolean): Promise<void> => {
    for (const { key, requestId } of stage.orders)
      await check.holdViews(`${where}, ${key}`, await stage.cardsOfRequest(requestId), isEnd);
    for (const par of pars(count)) await check.holdCard(where, par);
  };
  const checkAnswers = async (): Promise<void> => {
    for (const { key, answered } of stage.orders)
      if (answered !== undefined && !checked.has(key)) {
        checked.add(key);
        await check.holdViews(`POST of ${key}`, answered.cards);
      }
  };
  const checked = new Set<string>();
  const redriveUnresolved = async (): Promise<void> => {
    for (const { requestId } of stage.orders) {
      const { counts, request } = (await stage.ledger.readRequest(requestId)) ?? {};
      const settled = stage.settledAt.get(requestId);
      if (request?.status !== 'settled' || settled === undefined || (counts?.unresolved ?? 0) === 0) continue;
      if (timeline.now() < settled + redriveAfterMs) continue;
      redrives += 1;
      void stage.invoke('redrive', 29_000, (worker) =>
        worker.redrive({ requestId, by: 'operator', statuses: ['unresolved'] }, timeline.now() + 20_000),
      );
    }
  };
  stage.reconcileUntil(patienceMs);
  const isOpen = async (): Promise<boolean> => {
    const due = await stage.ledger.listDue(Number.MAX_SAFE_INTEGER / 2, 1_000);
    return due.length > 0;
  };
  let ms = 0;
  while (ms < patienceMs && (ms <= faultyMs + minuteMs || (await isOpen()))) {
    ms += minuteMs;
    await stage.run(ms);
    await checkAnswers();
    if (redrives < 5) await redriveUnresolved();
    if (ms !== faultyMs) continue;
    stage.calm();
    await checkAll('when the platform behaves', false);
  }
  await checkAll('in the end', true);
  const broken = [...new Set([...check.broken, ...stage.violations])];
  return { broken, said: check.said, redrives, unfinished: await isOpen() };
}

/** Some are named already: by another, or by one of the corporations that order, on another way than through this gateway. */
function drawCard(par: string, { listAlreadyNamed = false }: ModesChange, { chance, random, below }: Draw): CardSetup {
  const luck = random();
  if (luck < 0.55) return { par, state: 'known' };
  if (luck < 0.63) return { par, state: 'unknown' };
  if (luck < 0.68) return { par, state: 'terminated' };
  // A platform that lists such a card again as a success says itself that it is this corporation's.
  const isOwn = chance(0.3) && !listAlreadyNamed;
  const { bizLicenseNo, registrationNumber } = isOwn
    ? corporationNumber(below(3))
    : { bizLicenseNo: '9999999999', registrationNumber: '9999999999999' };
  return { par, state: 'named', bizLicenseNo, registrationNumber };
}

export async function runHistories(firstSeed: number, seeds: number): Promise<TroubleVerdict> {
  const expected = createExpectations();
  const said: Record<string, number> = {};
  let [redrives, unfinished] = [0, 0];
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const history = await runHistory(seed);
    for (const what of history.broken) expected.broken.push(`seed ${seed}: ${what}`);
    for (const [name, times] of Object.entries(history.said)) said[name] = (said[name] ?? 0) + times;
    redrives += history.redrives;
    if (history.unfinished) unfinished += 1;
  }
  const sorted = Object.fromEntries(Object.entries(said).sort(([a], [b]) => a.localeCompare(b)));
  return {
    run: `attribution, histories ${firstSeed} to ${firstSeed + seeds - 1}`,
    figures: { redrives, unfinished, ...sorted },
    broken: expected.broken,
  };
}
