import { aPar, pars } from '../support/builders.ts';
import type { ModesChange } from '../support/kona-simulator/modes.ts';
import { answeredAtOnce, healthyOrders, placeHealthyOrders, sufferedHealthy } from './trouble-healthy.ts';
import { corporationNumber, createTroubleStage, minuteMs } from './trouble-stage.ts';
import { createExpectations, type TroubleVerdict } from './trouble-verdict.ts';

// One corporation is always refused, beside orders of others that nothing is wrong with.

type Refusal = Omit<NonNullable<ModesChange['refusedCorporations']>[number], 'bizLicenseNo'>;

export const corporationRefusals = {
  html_403: { status: 403, body: 'html' },
  empty_403: { status: 403, body: 'empty' },
  json_401: { status: 401, body: 'json', code: '900_001', description: 'Invalid X-KM-Access-Key' },
  /** Unclear: read as an order that the platform fails at. */
  par_token_400: { status: 400, body: 'json', code: '020_001', description: 'Invalid PAR token.' },
} as const satisfies Record<string, Refusal>;

export type CorporationSetup = {
  readonly refusal: keyof typeof corporationRefusals;
  readonly hours?: number;
  readonly giveUpAfterHours?: number;
  readonly seed?: number;
};

const hourMs = 60 * minuteMs;
/** One an hour, and what the first back-offs take: 200 in 120 hours. */
const refusedCallsMax = (hours: number): number => 80 + hours;
/** Every hour the refused corporation places another order of so many cards. */
const cardsOfOrder = 3;

export async function runCorporation({
  refusal,
  hours = 120,
  giveUpAfterHours = 72,
  seed = 1,
}: CorporationSetup): Promise<TroubleVerdict> {
  const forMs = hours * hourMs;
  const giveUpAfterMs = giveUpAfterHours * hourMs;
  const refused = corporationNumber(1);
  const { bizLicenseNo } = refused;
  const refusedCorporations = [{ bizLicenseNo, ...corporationRefusals[refusal] }];
  const stage = createTroubleStage({ seed, giveUpAfterMs, modes: { trialPars: false, refusedCorporations } });
  const { start, draw } = stage;
  placeHealthyOrders(stage, forMs);
  const first = 10 * minuteMs + draw.below(5 * minuteMs);
  stage.at(first, () => stage.post('refused-0', refused, pars(300)));
  for (let hour = 1; hour < hours; hour += 1) {
    const cards = [1, 2, 3].slice(0, cardsOfOrder).map((card) => aPar(1_000 + hour * cardsOfOrder + card));
    stage.at(first + hour * hourMs, () => stage.post(`refused-${hour}`, refused, cards));
  }
  stage.reconcileUntil(forMs);
  await stage.run(forMs);

  const ofRefused = stage.orders.filter(({ key }) => key.startsWith('refused'));
  const ids = new Set(ofRefused.map(({ requestId }) => requestId));
  // Two hours more for the longest back-off, and for the run that notices.
  const old = ofRefused.filter(({ at }) => at + giveUpAfterMs + 2 * hourMs < start + forMs);
  const oldStatuses = await stage.countStatuses(old.map(({ requestId }) => requestId));
  const statuses = await stage.countStatuses([...ids]);
  const refusedCalls = stage.callsBetween(0, Infinity, ({ requestId }) => ids.has(requestId));
  const settled = stage.settledAt.get(ofRefused[0]?.requestId ?? '') ?? Infinity;
  const expected = createExpectations();
  const [healthy, atOnce] = [healthyOrders(stage).length, answeredAtOnce(stage)];
  expected.atLeast('healthy orders answered by their own POST', atOnce, Math.floor((healthy * 70) / 72));
  expected.atMost('healthy orders with a card that is not named', await sufferedHealthy(stage), 0);
  expected.atMost('openings of the circuit', stage.openings(), Math.max(1, Math.floor(ofRefused.length / 3)));
  if (refusal !== 'par_token_400') {
    expected.atMost('openings of the circuit for one corporation', stage.openings(), 1);
    expected.atMost('calls for the refused corporation', refusedCalls, refusedCallsMax(hours));
  }
  const { unresolved: _, ...others } = oldStatuses;
  expected.holds(
    `cards that were tried for ${giveUpAfterHours} h are ${JSON.stringify(oldStatuses)}, not unresolved`,
    Object.keys(others).length === 0,
  );
  const early = ofRefused.filter(
    ({ at, requestId }) => (stage.settledAt.get(requestId) ?? Infinity) < at + giveUpAfterMs,
  );
  expected.atMost('refused orders given up too early', early.length, 0);
  expected.violations(stage.violations);
  return {
    run: `corporation ${refusal}, ${hours} h, gives up after ${giveUpAfterHours} h, seed ${seed}`,
    figures: {
      'at once': `${atOnce} of ${healthy}`,
      openings: stage.openings(),
      'refused calls': refusedCalls,
      'old cards': JSON.stringify(oldStatuses),
      'all its cards': JSON.stringify(statuses),
      'first order settled after hours': (settled - start - first) / hourMs,
    },
    broken: expected.broken,
  };
}
