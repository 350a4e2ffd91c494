import { aPar } from '../support/builders.ts';
import type { Misbehaviour } from '../support/kona-simulator/misbehaviour.ts';
import { answeredAtOnce, healthyOrders, placeHealthyOrders, sufferedHealthy } from './trouble-healthy.ts';
import { corporationNumber, createTroubleStage, minuteMs } from './trouble-stage.ts';
import { createExpectations, type TroubleVerdict } from './trouble-verdict.ts';

// Orders of one card each at which the platform always fails, beside orders that nothing is wrong with.

export const poisons = {
  code_500: { kind: 'http_status', status: 500, body: 'json', when: 'before' },
  html_500: { kind: 'http_status', status: 500, when: 'before' },
  time_out: { kind: 'hang', when: 'before' },
  unclear_400: { kind: 'refusal', code: '000_999', description: '시스템 점검 중입니다.', when: 'before' },
  par_token_400: { kind: 'refusal', code: '020_001', description: 'Invalid PAR token.', when: 'before' },
  limited_429: { kind: 'http_status', status: 429, when: 'before' },
} as const satisfies Record<string, Misbehaviour>;

type Poison = keyof typeof poisons;

export type PoisonSetup = {
  readonly poison: Poison;
  readonly orders: number;
  /** `burst`: within the first minute. `spread`: over the whole time. `together`: in the same second. */
  readonly placed: 'burst' | 'spread' | 'together';
  /** Of one corporation, or each of its own. */
  readonly owners: 'one' | 'each';
  readonly hours?: number;
  readonly seed?: number;
};

export async function runPoison({
  poison,
  orders,
  placed,
  owners,
  hours = 6,
  seed = 1,
}: PoisonSetup): Promise<TroubleVerdict> {
  const forMs = hours * 60 * minuteMs;
  const stage = createTroubleStage({ seed, giveUpAfterMs: 72 * 60 * minuteMs });
  const { simulator, start, draw } = stage;
  const withinMs = { together: 1_000, burst: minuteMs, spread: forMs }[placed];
  for (let number = 1; number <= orders; number += 1) {
    simulator.misbehaveOn(aPar(number), poisons[poison], 'always');
    const owner = corporationNumber(owners === 'one' ? 1 : number);
    stage.at(draw.below(withinMs), () => stage.post(`poison-${number}`, owner, [aPar(number)]));
  }
  placeHealthyOrders(stage, forMs);
  stage.reconcileUntil(forMs + 10 * minuteMs);
  await stage.run(forMs + 10 * minuteMs);

  const expected = createExpectations();
  const [healthy, atOnce, openings] = [healthyOrders(stage).length, answeredAtOnce(stage), stage.openings()];
  const suffered = await sufferedHealthy(stage);
  const poisonIds = new Set(stage.orders.flatMap(({ key, requestId }) => (key.startsWith('poison') ? requestId : [])));
  const statuses = await stage.countStatuses([...poisonIds]);
  if (poison !== 'limited_429') {
    expected.atLeast('healthy orders answered by their own POST', atOnce, Math.floor((healthy * 70) / 72));
    expected.atMost('openings of the circuit', openings, orders / 3);
  }
  expected.atMost('healthy orders with a card that is not named', suffered, 0);
  expected.holds(`poison cards are ${JSON.stringify(statuses)}`, statuses.open === orders);
  expected.violations(stage.violations);
  return {
    run: `poison ${poison}, ${orders} orders ${placed}, owners: ${owners}, ${hours} h, seed ${seed}`,
    figures: {
      'at once': `${atOnce} of ${healthy}`,
      openings,
      'open minutes': openMinutes(stage.circuit, start + forMs),
      'poison calls': stage.callsBetween(0, Infinity, ({ requestId }) => poisonIds.has(requestId)),
    },
    broken: expected.broken,
  };
}

/** How long the circuit was open, all in all. */
export function openMinutes(
  circuit: readonly { readonly at: number; readonly isOpen: boolean }[],
  end: number,
): number {
  let ms = 0;
  for (const [index, { at, isOpen }] of circuit.entries())
    if (isOpen) ms += Math.max(0, (circuit[index + 1]?.at ?? end) - at);
  return ms / minuteMs;
}
