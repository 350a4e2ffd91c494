import { fixedPerMonth, prices } from './prices.ts';
import type { Usage } from './usage.ts';

// The price model: what a month costs in which so many cards come in units of one kind.

/** How a unit of work comes in. What is not measured is counted: see the parts below. */
export type Way = 'order' | 'file';

/** Beside what is measured, for one order or one chunk. */
const beside = {
  /** One POST, one GET of its state, and the event that it is settled with the function that sends it. */
  order: { httpRequests: 2, invocations: 3, sqsRequests: 0, events: 1, lambdaMs: 50 },
  /** Rung (ten a request), taken and deleted; its part of the file's reading and of its report, as `npm run million` shows it. */
  file: { httpRequests: 0, invocations: 1, sqsRequests: 2.1, events: 0, lambdaMs: 9 },
} as const;
const functionGb = 1;
const logKbPerCall = 3;
/** X-Ray's own rule: one a second and one in twenty; at any volume that matters, the latter. */
const tracedShare = 0.05;
/** Of a settled order: the card's own item, and its part of the others. */
const storedKbPerCard = 1;
const kbPerGb = 1_000_000;

export type Monthly = {
  readonly table: number;
  readonly lambda: number;
  readonly others: number;
  readonly fixed: number;
  /** Each month adds as much to every later one, until `retentionDays` have gone by. */
  readonly storage: number;
  /** Of the first month. */
  readonly total: number;
};

export function monthlyCost(cards: number, way: Way, usage: Usage): Monthly {
  const units = cards / usage.cards;
  const { httpRequests, invocations, sqsRequests, events, lambdaMs } = beside[way];
  const gbSeconds = ((usage.lambdaMs + lambdaMs) / 1_000) * functionGb;
  const table = units * (usage.writeUnits * prices.writeUnit + usage.readUnits * prices.readUnit);
  const lambda = units * (gbSeconds * prices.gbSecond + invocations * prices.invocation);
  const others =
    units *
    (httpRequests * prices.httpRequest +
      sqsRequests * prices.sqsRequest +
      events * prices.event +
      ((usage.calls * logKbPerCall) / kbPerGb) * prices.logGb +
      tracedShare * prices.trace);
  const fixed = fixedPerMonth.idle + fixedPerMonth.metrics;
  const storage = ((cards * storedKbPerCard) / kbPerGb) * (prices.tableGb + prices.backupGb);
  return { table, lambda, others, fixed, storage, total: table + lambda + others + fixed + storage };
}
