import type { Order } from '../../shared/limit-increase/order.ts';
import type { CardStatus, Corporation, Par, RedrivableStatus } from '../../shared/limit-increase/terms.ts';
import { aCorporation, aPar } from '../support/builders.ts';
import type { CardSetup } from '../support/kona-simulator/cards.ts';
import type { Misbehaviour } from '../support/kona-simulator/misbehaviour.ts';
import type { ModesChange } from '../support/kona-simulator/modes.ts';
import { type CardFile, drawCardFile } from './card-files.ts';
import { createDraw, type Draw } from './draw.ts';
import { type LedgerFaults, noLedgerFaults } from './unreliable-ledger.ts';

// What happens in one run: all of it drawn from the seed before the run begins, so that a story can be told of it.

export type Placing = { readonly at: number; readonly key: string; readonly order: Order };

export type Scenario = {
  readonly seed: number;
  /** How long faults last; then the platform, the ledger and the workers behave. */
  readonly faultyMs: number;
  readonly cards: readonly CardSetup[];
  readonly modes: ModesChange;
  /** How the first calls end, in their order. */
  readonly queued?: readonly Misbehaviour[] | undefined;
  readonly parsPerCallMax: number;
  readonly giveUpAfterMs: number;
  /** Some of them under the same key, at once or later. */
  readonly placings: readonly Placing[];
  readonly files: readonly CardFile[];
  /** Of messages, those that come twice. */
  readonly doubleMessageShare: number;
  /** Of what is asked of the store of objects, how much fails. */
  readonly storeFaultShare: number;
  /** Of calls, those that are played some misbehaviour. */
  readonly misbehaviourShare: number;
  /** Of calls, those that find no connection. */
  readonly refusedShare: number;
  /** Of answers, those that go to another call than theirs. */
  readonly strayShare: number;
  readonly ledgerFaults: LedgerFaults;
  /** When the journal cannot be written, though the rest of the ledger can. */
  readonly journalAway?: { readonly from: number; readonly to: number } | undefined;
  /** How cards end, where nothing is left to chance. */
  readonly expected?: readonly { readonly par: Par; readonly status: CardStatus }[] | undefined;
  /** Of correlation IDs that are minted, those that are the same as the one before. */
  readonly mintedTwiceShare: number;
  /** Of workers, those that die at some await, and those that freeze there and go on much later. */
  readonly dyingShare: number;
  readonly freezingShare: number;
  readonly frozenMsMax: number;
  /** Of the clock's strokes, those that wake two reconcilers, and those that wake none. */
  readonly doubleShare: number;
  readonly silentShare: number;
  /** When the platform is away altogether, from and to, after the start. */
  readonly outages: readonly { readonly from: number; readonly to: number; readonly misbehaviour: Misbehaviour }[];
  /** Cards whose calls always end like this, as long as faults last. */
  readonly pinned: readonly { readonly par: string; readonly misbehaviour: Misbehaviour }[];
  /** When the old key is discarded, and how much later the secret holds the new one. */
  readonly rotations: readonly { readonly at: number; readonly lateMs: number }[];
  /** Of readings of the secret, those that fail. */
  readonly secretFaultShare: number;
  /** Of rings of a queue's bell, those that it takes only in part, or not at all. */
  readonly bellFaultShare: number;
  /** Absent: the platform has none. It fails, or does not know, so often. */
  readonly inquiry?: { readonly unknownShare: number } | undefined;
  /** How many workers the queue of chunks wakes at once. */
  readonly settlersMax: number;
  /** When operators redrive, whether two do so at once, and for which statuses; absent: as they are drawn then. */
  readonly redrives: readonly {
    readonly at: number;
    readonly twice: boolean;
    readonly statuses?: readonly RedrivableStatus[];
  }[];
  /** All that was given up is redriven once more when everything behaves. */
  readonly redrivenInTheEnd: boolean;
  /** When a card that was refused until then becomes a good one. */
  readonly corrections: readonly { readonly at: number; readonly par: Par }[];
  /** How soon an operator redrives a request that has settled with cards refused or given up; absent: nobody waits for that. */
  readonly redrivenAfterMs?: number | undefined;
};

const minuteMs = 60_000;
export const corporations: readonly [Corporation, Corporation] = [
  aCorporation(),
  aCorporation({ corporationName: '㈜다른회사', bizLicenseNo: '1348672683' }),
];

export function drawScenario(seed: number): Scenario {
  const draw = createDraw(seed);
  const { random, below, oneOf, times, chance } = draw;
  const cardsOfAll = 2 + below(14);
  const faultyMs = oneOf([2, 10, 60, 240]) * minuteMs;
  const placings = times(1 + below(3), (index) => {
    // Often at once: what goes to the wrong one needs another that waits.
    const at = chance(0.4) ? 0 : below(Math.max(1, faultyMs / 2));
    // Up to ten cards are settled in one write, more step by step, more than a hundred in chunks.
    const wanted = chance(0.08) ? 100 + below(130) : oneOf([1 + below(8), 8 + below(5)]);
    return { at, key: `order-${index}`, order: drawOrder(wanted, cardsOfAll, { below, oneOf }) };
  });
  const again = placings
    .filter(() => chance(0.3))
    .map((placing) => ({ ...placing, at: placing.at + oneOf([0, 50, 20_000, 300_000]) }));
  // The same key for another order: it must never replace the first.
  const reused = placings
    .filter(() => chance(0.15))
    .map(({ at, key }) => ({ at: at + oneOf([0, 60_000]), key, order: drawOrder(3, cardsOfAll, { below, oneOf }) }));
  return {
    seed,
    faultyMs,
    cards: times(cardsOfAll, (index) => drawCard(index + 1, random())),
    modes: {
      trialPars: false,
      alreadyNamedRefuses: oneOf(['any', 'all']),
      refusedListCommits: oneOf(['none', 'all_good', 'before_first_fault', 'arbitrary']),
      checkOrder: oneOf(['not_found_first', 'already_named_first']),
      listAlreadyNamed: chance(0.5),
      badCardsInLists: oneOf(['refuse', 'refuse', 'listed_with_word']),
      textLength: oneOf([0, 0, 500]),
      rateLimit: chance(0.15) ? drawRateLimit(draw) : null,
      refusedCorporations: chance(0.15) ? [drawRefusedCorporation(draw)] : [],
    },
    pinned: times(chance(0.2) ? 1 + below(3) : 0, () => ({
      par: aPar(1 + below(cardsOfAll)),
      misbehaviour: oneOf(pins),
    })),
    parsPerCallMax: oneOf([1, 3, 100, 100]),
    giveUpAfterMs: oneOf([72 * 60, 30]) * minuteMs,
    placings: [...placings, ...again, ...reused],
    files: times(below(3), (index) => drawCardFile(index, faultyMs / 2, cardsOfAll, draw)),
    doubleMessageShare: oneOf([0, 0.3]),
    mintedTwiceShare: oneOf([0, 0.2]),
    storeFaultShare: oneOf([0, 0, 0.1]),
    misbehaviourShare: oneOf([0, 0.2, 0.5]),
    refusedShare: oneOf([0, 0, 0.2]),
    strayShare: oneOf([0, 0, 0.5]),
    ledgerFaults: oneOf([
      noLedgerFaults,
      { refusedShare: 0.02, lostAnswerShare: 0.02, slowShare: 0.01, lagShare: 0.2 },
      { refusedShare: 0.15, lostAnswerShare: 0.1, slowShare: 0.02, lagShare: 0.5 },
    ]),
    dyingShare: oneOf([0, 0.3, 0.6]),
    freezingShare: oneOf([0, 0, 0.3]),
    frozenMsMax: 600_000,
    doubleShare: oneOf([0, 0.3]),
    silentShare: oneOf([0, 0.5]),
    outages: chance(0.5) ? [{ ...drawSpan(faultyMs, random), misbehaviour: oneOf(outageForms) }] : [],
    rotations: chance(0.2) ? [{ at: below(faultyMs), lateMs: oneOf([1, 90]) * minuteMs }] : [],
    secretFaultShare: oneOf([0, 0, 0.3]),
    bellFaultShare: oneOf([0, 0, 0.3]),
    inquiry: oneOf([undefined, undefined, { unknownShare: 0.3 }]),
    settlersMax: oneOf([1, 5, 1_000]),
    redrives: times(below(4), () => ({ at: faultyMs * (0.4 + 0.6 * random()), twice: chance(0.5) })),
    redrivenAfterMs: oneOf([undefined, undefined, 5, 2_000]),
    redrivenInTheEnd: chance(0.7),
    // Only a scenario of its own changes what is true of a card.
    corrections: [],
  };
}

/** In which the platform can be away, and in which a single card can make it fail. */
const outageForms: readonly [Misbehaviour, ...Misbehaviour[]] = [
  { kind: 'http_status', status: 503, when: 'before' },
  { kind: 'http_status', status: 500, body: 'json', when: 'before' },
  { kind: 'http_status', status: 429, when: 'before' },
  { kind: 'http_status', status: 403, when: 'before' },
  { kind: 'refusal', code: '000_999', description: '시스템 점검 중입니다.', when: 'before' },
  { kind: 'hang', when: 'before' },
];
const pins: readonly [Misbehaviour, ...Misbehaviour[]] = [
  { kind: 'http_status', status: 500, body: 'json', when: 'before' },
  { kind: 'http_status', status: 500, when: 'after' },
  { kind: 'http_status', status: 403, when: 'after' },
  { kind: 'http_status', status: 429, when: 'before' },
  { kind: 'refusal', code: '020_001', description: 'Invalid PAR token.', when: 'before' },
  { kind: 'hang', when: 'after' },
];

const drawRateLimit = ({ oneOf }: Draw): ModesChange['rateLimit'] => ({
  ...{ calls: oneOf([5, 10, 30]), perMs: minuteMs },
  ...{ window: oneOf(['fixed', 'sliding', 'bucket']), retryAfter: oneOf([true, false]) },
});

type RefusedCorporation = NonNullable<ModesChange['refusedCorporations']>[number];

const refusals: readonly [Omit<RefusedCorporation, 'bizLicenseNo'>, ...Omit<RefusedCorporation, 'bizLicenseNo'>[]] = [
  { status: 403, body: 'html' },
  { status: 401, body: 'json', code: '900_001', description: 'Invalid X-KM-Access-Key' },
  { status: 400, body: 'json', code: '020_001', description: 'Invalid PAR token.' },
];

const drawRefusedCorporation = ({ oneOf }: Draw): RefusedCorporation => ({
  bizLicenseNo: oneOf(corporations).bizLicenseNo,
  ...oneOf(refusals),
});

function drawOrder(wanted: number, cardsOfAll: number, { below, oneOf }: Pick<Draw, 'below' | 'oneOf'>): Order {
  const numbers = new Set(
    Array.from({ length: wanted }, (_, index) => (index < 8 ? 1 + below(cardsOfAll) : 100 + index)),
  );
  return { corporation: oneOf(corporations), parList: [...numbers].map((number) => aPar(number)) };
}

function drawCard(number: number, luck: number): CardSetup {
  const par = aPar(number);
  if (luck < 0.6) return { par, state: 'known' };
  if (luck < 0.75) return { par, state: 'unknown' };
  if (luck < 0.85) return { par, state: 'terminated' };
  return { par, state: 'named', bizLicenseNo: '9999999999', registrationNumber: '9999999999999' };
}

function drawSpan(within: number, random: () => number): { from: number; to: number } {
  const [one, other] = [random() * within, random() * within];
  return { from: Math.min(one, other), to: Math.max(one, other) };
}
