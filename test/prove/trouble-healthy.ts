import { sumCounts } from '../../shared/limit-increase/counts.ts';
import { pars } from '../support/builders.ts';
import { corporationNumber, minuteMs, type PlacedOrder, type TroubleStage } from './trouble-stage.ts';

// Orders of other corporations that nothing is wrong with, beside the trouble.

const everyMs = 5 * minuteMs;
const cardsOfEach = 3;
/** Their cards begin here. */
const firstCard = 1_000_000;
/** Their corporations: no other order is one of theirs. */
const corporations = [901, 902, 903, 904].map(corporationNumber);

/** One every five minutes for so long, the first after a moment that the seed decides. */
export function placeHealthyOrders(stage: TroubleStage, forMs: number): void {
  const offset = stage.draw.below(everyMs);
  for (let at = offset, number = 0; at < forMs; at += everyMs, number += 1) {
    const corporation = corporations[number % corporations.length] ?? corporationNumber(901);
    stage.at(at, () =>
      stage.post(`healthy-${number}`, corporation, pars(cardsOfEach, firstCard + number * cardsOfEach)),
    );
  }
}

const isHealthy = ({ key }: PlacedOrder): boolean => key.startsWith('healthy-');

export const healthyOrders = ({ orders }: TroubleStage): PlacedOrder[] => orders.filter(isHealthy);

/** How many were named, all of them, when their own POST answered. */
export const answeredAtOnce = (stage: TroubleStage): number =>
  healthyOrders(stage).filter(({ answered, order }) => answered?.named === order.parList.length).length;

/** How many have a card that is not named in the end. */
export async function sufferedHealthy(stage: TroubleStage): Promise<number> {
  const counts = await Promise.all(
    healthyOrders(stage).map(async ({ requestId, order }) => {
      const { counts: found } = (await stage.ledger.readRequest(requestId)) ?? {};
      return found !== undefined && found.named === order.parList.length && sumCounts(found) === found.named;
    }),
  );
  return counts.filter((isNamed) => !isNamed).length;
}
