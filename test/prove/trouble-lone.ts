import { aPar, pars } from '../support/builders.ts';
import { poisons } from './trouble-poison.ts';
import { corporationNumber, createTroubleStage, minuteMs } from './trouble-stage.ts';
import { createExpectations, type TroubleVerdict } from './trouble-verdict.ts';

// One order of a hundred cards, alone in the world, with a card at which the platform always fails.

export type LoneSetup = {
  readonly poison: 'code_500' | 'html_500' | 'unclear_400' | 'time_out';
  readonly position: number;
  /** How many cards from there on are at fault. */
  readonly faults?: number;
  readonly giveUpAfterHours?: number;
  readonly seed?: number;
};

const cards = 100;
const namedWithinMs = 15 * minuteMs;
const hourMs = 60 * minuteMs;

export async function runLone({
  poison,
  position,
  faults = 1,
  giveUpAfterHours = 3,
  seed = 1,
}: LoneSetup): Promise<TroubleVerdict> {
  const giveUpAfterMs = giveUpAfterHours * hourMs;
  const stage = createTroubleStage({ seed, giveUpAfterMs });
  const { simulator, start } = stage;
  for (let fault = 0; fault < faults; fault += 1)
    simulator.misbehaveOn(aPar(1 + position + fault), poisons[poison], 'always');
  const begin = stage.draw.below(minuteMs);
  stage.at(begin, () => stage.post('order', corporationNumber(1), pars(cards)));
  const endMs = giveUpAfterMs + 3 * hourMs;
  stage.reconcileUntil(endMs);
  await stage.run(endMs);

  const found = await stage.cardsOfRequest(stage.orders[0]?.requestId ?? '');
  const bad = found.slice(position, position + faults);
  const good = found.filter((card) => !bad.includes(card));
  const namedAt = good.map(({ status, updatedAt }) => (status === 'named' ? updatedAt - start - begin : Infinity));
  const namedAfterMs = Math.max(...namedAt);
  const expected = createExpectations();
  expected.atMost('minutes until the others were named', namedAfterMs / minuteMs, namedWithinMs / minuteMs);
  expected.holds(
    `the card at fault is ${bad.map(({ status }) => status)}`,
    bad.every(({ status }) => status === 'unresolved'),
  );
  expected.violations(stage.violations);
  const inTime = stage.callsBetween(0, start + begin + namedWithinMs);
  return {
    run: `lone ${poison} at ${position}${faults > 1 ? ` and ${faults - 1} after it` : ''}, gives up after ${giveUpAfterHours} h, seed ${seed}`,
    figures: {
      'others named after minutes': namedAfterMs / minuteMs,
      'calls until then': stage.callsBetween(0, start + begin + namedAfterMs + 1),
      'calls in 15 minutes': inTime,
      'given up after minutes': Math.max(...bad.map(({ updatedAt }) => updatedAt - start - begin)) / minuteMs,
      openings: stage.openings(),
    },
    broken: expected.broken,
  };
}
