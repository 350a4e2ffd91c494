import { pars } from '../support/builders.ts';
import type { Misbehaviour } from '../support/kona-simulator/misbehaviour.ts';
import { createDraw } from './draw.ts';
import { fileOf } from './quiet-scenario.ts';
import { corporationNumber, createTroubleStage, minuteMs } from './trouble-stage.ts';
import { createExpectations, type TroubleVerdict } from './trouble-verdict.ts';

// For ten minutes every call is answered HTTP 400 with a code that nobody has published.

export type UnclearSetup = {
  readonly as: 'order' | 'file';
  readonly cards?: number;
  /** Of a file: the trouble begins when half of its cards are final. */
  readonly midway?: boolean;
  readonly seed?: number;
};

const troubleMs = 10 * minuteMs;
const callsMax = 60;
const finalWithinMs = 5 * minuteMs;
/** A session that names a hundred cards takes a few seconds. */
const sessionMs = 10_000;

const texts: readonly [string, ...string[]] = [
  '시스템 점검 중입니다.',
  '시스템 점검으로 서비스가 일시 중단됩니다. (02:00~04:00)',
  '일시적인 오류가 발생하였습니다. 잠시 후 다시 시도하여 주십시오.',
  '카드사 시스템 점검 중',
  'System maintenance',
  'Service temporarily unavailable',
  'Too many requests',
  'Timeout while calling the card system',
  'User not found',
  'Invalid PAR token.',
  '',
];
const clear: ReadonlySet<string> = new Set([
  '003_001',
  '003_021',
  '003_022',
  '003_050',
  '000_002',
  '000_003',
  '000_015',
]);

/** So many answers with codes and texts that the seed decides. */
function unclearAnswers(seed: number, count = 40): Misbehaviour[] {
  const { below, oneOf, times } = createDraw(seed + 99);
  const three = (): string => String(below(1_000)).padStart(3, '0');
  const forms: readonly [() => string, ...(() => string)[]] = [
    () => `003_${three()}`,
    () => `000_${three()}`,
    () => `${three()}_${three()}`,
    () => `E-${1_000 + below(9_000)}`,
    () => oneOf(['900_001', '000_999', '000_001', '000_020', 'MAINTENANCE', '9999']),
  ];
  const drawn = times(count, () => oneOf(forms)()).filter((code) => !clear.has(code));
  const codes = ['001_006', '003_999', ...drawn];
  return codes.map((code) => ({ kind: 'refusal', code, description: oneOf(texts), when: 'before' }));
}

export async function runUnclear({ as, cards = 100, midway = false, seed = 1 }: UnclearSetup): Promise<TroubleVerdict> {
  const stage = createTroubleStage({ seed, giveUpAfterMs: 72 * 60 * minuteMs });
  const { simulator, timeline, start, draw } = stage;
  const file = fileOf(cards);
  let from = minuteMs + draw.below(minuteMs);
  const endMs = 3 * 60 * minuteMs;
  stage.reconcileUntil(endMs);
  const begins = (): void => simulator.misbehaveAtRandom({ share: 1, seed, kinds: unclearAnswers(seed) });
  await stage.run(from);
  if (!midway) begins();
  if (as === 'file') stage.files.upload(file);
  else stage.post('order', corporationNumber(1), pars(cards));
  if (midway) {
    while ((await stage.finalCards(await stage.requestOfFile(file))) < cards / 2)
      await timeline.runUntil(timeline.now() + 250);
    begins();
    from = timeline.now() - start;
  }
  const to = from + troubleMs;
  await stage.run(to);
  const ids = as === 'file' ? [await stage.requestOfFile(file)] : stage.orders.map(({ requestId }) => requestId);
  const meanwhile = stage.callsBetween(start + from, start + to);
  const duringIt = await stage.countStatuses(ids);
  simulator.misbehaveAtRandom(undefined);
  await stage.run(endMs);

  const statuses = await stage.countStatuses(ids);
  const finalAt = await stage.finalAt(ids);
  const nextTryAt = stage.calls.find(({ at }) => at >= start + to)?.at ?? Infinity;
  const expected = createExpectations();
  expected.atMost('calls in the ten minutes', meanwhile, callsMax);
  const judged =
    (duringIt.rejected ?? 0) + (duringIt.not_found ?? 0) + (statuses.rejected ?? 0) + (statuses.not_found ?? 0);
  expected.atMost('cards rejected or not found', judged, 0);
  expected.holds(`the cards are ${JSON.stringify(statuses)} in the end`, statuses.named === cards);
  if (as === 'file')
    expected.atMost('seconds from the end until all were named', (finalAt - start - to) / 1_000, finalWithinMs / 1_000);
  else
    expected.atMost('seconds from the next try until all were named', (finalAt - nextTryAt) / 1_000, sessionMs / 1_000);
  expected.violations(stage.violations);
  return {
    run: `unclear 400s for ten minutes, ${as} of ${cards}${midway ? ', in the midst' : ''}, seed ${seed}`,
    figures: {
      calls: meanwhile,
      openings: stage.openings(),
      'next try after s': (nextTryAt - start - to) / 1_000,
      'all named after s': (finalAt - start - to) / 1_000,
      'calls afterwards': stage.callsBetween(start + to, Infinity),
    },
    broken: expected.broken,
  };
}
