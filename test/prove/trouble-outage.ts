import { aPar } from '../support/builders.ts';
import type { Misbehaviour } from '../support/kona-simulator/misbehaviour.ts';
import { fileOf } from './quiet-scenario.ts';
import { openMinutes } from './trouble-poison.ts';
import { corporationNumber, createTroubleStage, minuteMs } from './trouble-stage.ts';
import { createExpectations, type TroubleVerdict } from './trouble-verdict.ts';

// The platform is away in one form or another, in the middle of a file, beside a stream of small orders.

export const outageForms = {
  status_503: { kind: 'http_status', status: 503, when: 'before' },
  status_503_retry_after: { kind: 'http_status', status: 503, retryAfter: '30', when: 'before' },
  code_500: { kind: 'http_status', status: 500, body: 'json', when: 'before' },
  html_500: { kind: 'http_status', status: 500, when: 'before' },
  time_out: { kind: 'hang', when: 'before' },
  connection_refused: 'refused',
  unclear_400: { kind: 'refusal', code: '000_999', description: '시스템 점검 중입니다.', when: 'before' },
  html_200: { kind: 'garbled_ok', form: 'html', when: 'before' },
  html_403: { kind: 'http_status', status: 403, when: 'before' },
  json_401: { kind: 'http_status', status: 401, body: 'json', when: 'before' },
  status_429: { kind: 'http_status', status: 429, when: 'before' },
  status_429_retry_after: { kind: 'http_status', status: 429, retryAfter: '30', when: 'before' },
} as const satisfies Record<string, Misbehaviour | 'refused'>;

export type OutageSetup = {
  readonly form: keyof typeof outageForms;
  readonly cards?: number;
  readonly hours?: number;
  readonly giveUpAfterHours?: number;
  /** Whether small orders come in, one a minute. */
  readonly stream?: boolean;
  readonly seed?: number;
};

const callsEveryMs = 10_000;
const finalWithinMs = 5 * minuteMs;
const callTimeoutMs = 10_000;

export async function runOutageForm({
  form,
  cards = 3_000,
  hours = 2,
  giveUpAfterHours = 1,
  stream = true,
  seed = 1,
}: OutageSetup): Promise<TroubleVerdict> {
  const outageMs = hours * 60 * minuteMs;
  const stage = createTroubleStage({ seed, giveUpAfterMs: giveUpAfterHours * 60 * minuteMs });
  const { simulator, timeline, start, draw } = stage;
  const misbehaviour = outageForms[form];
  const file = fileOf(cards);
  stage.reconcileUntil(outageMs + 60 * minuteMs);
  stage.files.upload(file);
  let finalBefore = 0;
  while (finalBefore < cards / 2) {
    await timeline.runUntil(timeline.now() + 250);
    finalBefore = await stage.finalCards(await stage.requestOfFile(file));
  }
  const from = timeline.now() - start;
  const to = from + outageMs;
  const begins = (): void => {
    if (misbehaviour === 'refused') stage.refuseConnections(1);
    else simulator.setOutage(misbehaviour);
  };
  stage.at(from, begins);
  stage.at(to, () => {
    stage.refuseConnections(0);
    simulator.setOutage(undefined);
  });
  const offset = draw.below(minuteMs);
  for (let at = from + offset, number = 1; stream && at < to; at += minuteMs, number += 1) {
    const [one, other] = [aPar(1_000_000 + 2 * number), aPar(1_000_001 + 2 * number)];
    stage.at(at, () => stage.post(`order-${number}`, corporationNumber(1 + (number % 7)), [one, other]));
  }
  await stage.run(to + 50 * minuteMs);

  const ids = [await stage.requestOfFile(file), ...stage.orders.map(({ requestId }) => requestId)];
  const all = cards + 2 * stage.orders.length;
  const statuses = await stage.countStatuses(ids);
  const finalAfterMs = (await stage.finalAt(ids)) - start - to;
  const meanwhile = stage.callsBetween(start + from, start + to);
  const inFlightMax = mostAtOnce(stage.calls.filter(({ at }) => at >= start + from + minuteMs && at < start + to));
  const expected = createExpectations();
  expected.atMost('calls during the outage', meanwhile, outageMs / callsEveryMs);
  expected.holds(`cards suffered: ${JSON.stringify(statuses)} of ${all}`, statuses.named === all);
  expected.atMost('seconds until all was final', finalAfterMs / 1_000, finalWithinMs / 1_000);
  expected.violations(stage.violations);
  return {
    run: `outage ${form} of ${hours} h, ${cards} cards${stream ? ' and an order a minute' : ''}, gives up after ${giveUpAfterHours} h, seed ${seed}`,
    figures: {
      calls: meanwhile,
      'at once, after a minute': inFlightMax,
      openings: stage.openings(),
      'open minutes': openMinutes(stage.circuit, start + to),
      'final after s': finalAfterMs / 1_000,
    },
    broken: expected.broken,
  };
}

/** How many of the calls were in flight at the same moment. */
function mostAtOnce(calls: readonly { readonly at: number; readonly endedAt: number }[]): number {
  const changes = calls.flatMap(({ at, endedAt }) => [
    { at, by: 1 },
    { at: Math.min(endedAt, at + callTimeoutMs), by: -1 },
  ]);
  let [inFlight, most] = [0, 0];
  for (const { by } of changes.sort((a, b) => a.at - b.at || a.by - b.by)) {
    inFlight += by;
    most = Math.max(most, inFlight);
  }
  return most;
}
