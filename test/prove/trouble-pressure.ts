import { pars } from '../support/builders.ts';
import { fileOf } from './quiet-scenario.ts';
import { corporationNumber, createTroubleStage, minuteMs } from './trouble-stage.ts';
import { createExpectations, type TroubleVerdict } from './trouble-verdict.ts';

// Thirty lists of a hundred cards against a platform that takes few calls a minute.

export type PressureSetup = {
  readonly calls: number;
  readonly window: 'fixed' | 'sliding' | 'bucket';
  readonly retryAfter: boolean;
  readonly as: 'file' | 'orders';
  readonly seed?: number;
};

const lists = 30;
const cardsOfList = 100;
const callsMax = 45;
const idealTimes = 2;

export async function runPressure({ calls, window, retryAfter, as, seed = 1 }: PressureSetup): Promise<TroubleVerdict> {
  const rateLimit = { calls, perMs: minuteMs, window, retryAfter };
  const stage = createTroubleStage({ seed, giveUpAfterMs: 72 * 60 * minuteMs, modes: { trialPars: false, rateLimit } });
  const { start, draw } = stage;
  const file = fileOf(lists * cardsOfList);
  const begin = draw.below(minuteMs);
  if (as === 'file') stage.at(begin, () => stage.files.upload(file));
  else
    for (let order = 0; order < lists; order += 1) {
      const at = begin + Math.floor((order * 10_000) / lists);
      stage.at(at, () =>
        stage.post(`order-${order}`, corporationNumber(order), pars(cardsOfList, 1 + order * cardsOfList)),
      );
    }
  const endMs = 3 * 60 * minuteMs;
  stage.reconcileUntil(endMs);
  await stage.run(endMs);

  const ids = as === 'file' ? [await stage.requestOfFile(file)] : stage.orders.map(({ requestId }) => requestId);
  const finalAfterMs = (await stage.finalAt(ids)) - start - begin;
  const idealMs = (lists / calls) * minuteMs;
  const requests = stage.simulator.requests();
  const split = requests.filter(({ order }) => order !== undefined && order.parList.length !== cardsOfList).length;
  const statuses = await stage.countStatuses(ids);
  const expected = createExpectations();
  expected.atMost('calls', requests.length, callsMax);
  expected.atMost('calls that carried less than the list', split, 0);
  expected.atMost('minutes until all was final', finalAfterMs / minuteMs, (idealTimes * idealMs) / minuteMs);
  expected.holds(`cards are ${JSON.stringify(statuses)}`, statuses.named === lists * cardsOfList);
  expected.violations(stage.violations);
  return {
    run: `pressure ${calls} a minute, ${window}${retryAfter ? ', Retry-After' : ''}, as ${as}, seed ${seed}`,
    figures: {
      calls: requests.length,
      'answered 429': requests.filter(({ answered }) => answered?.status === 429).length,
      'final after minutes': finalAfterMs / minuteMs,
      'ideal minutes': idealMs / minuteMs,
    },
    broken: expected.broken,
  };
}
