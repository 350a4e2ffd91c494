import { setTimeout as wait } from 'node:timers/promises';
import { corporation, demoPar, endings } from './cards.ts';
import type { CardResult, GatewayClient } from './gateway-client.ts';
import type { Screen } from './screen.ts';
import { type createTruth, isTrue } from './truth.ts';

export type Scene = {
  readonly gateway: GatewayClient;
  readonly truth: ReturnType<typeof createTruth>;
  readonly screen: Screen;
};

const cardsOf = (from: number, count: number, ending?: string) =>
  Array.from({ length: count }, (_, index) => demoPar(from + index, ending));
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

const mixedOrder = {
  ...corporation,
  parList: [
    ...cardsOf(1, 20),
    ...cardsOf(21, 2, endings.unknown),
    ...cardsOf(23, 16),
    ...cardsOf(39, 2, endings.namedElsewhere),
  ],
};
const darkOrder = { ...corporation, parList: [...cardsOf(41, 3), demoPar(44, endings.neverAnswered)] };
const patienceMs = 40_000;

/** Two bad kinds of card among good ones: the list is refused, and must be taken apart. */
export async function orderForty({ gateway, truth, screen }: Scene): Promise<readonly CardResult[]> {
  screen.heading('1. One order, 40 cards: 36 good, 2 that KONA PLATE does not know, 2 that somebody else has named');
  const { httpStatus, durationMs, request } = await gateway.order('demo-forty', mixedOrder);
  screen.aside(
    `HTTP ${httpStatus} after ${seconds(durationMs)}. A bad card makes KONA PLATE refuse the whole list, without saying`,
  );
  screen.aside(
    `which one it was; the gateway found them out in ${(await truth.correlationIds()).length} calls, and its good neighbours went through.`,
  );
  screen.cards(request.results);
  const count = (status: string) => request.results.filter((card) => card.status === status).length;
  const asOrdered = count('named') === 36 && count('not_found') === 2 && count('already_named') === 2;
  screen.check('every card is final, the good ones are named', httpStatus === 200 && asOrdered);

  const alone = await gateway.order('demo-alone', {
    ...corporation,
    parList: [demoPar(45, endings.namedElsewhere)],
  });
  screen.aside(
    'In a refused list the gateway cannot exclude that its own call named the card. Had it been sent alone at once:',
  );
  screen.cards(alone.request.results);
  screen.check(
    'a naming by somebody else is told as such where that is known',
    alone.request.results.every((card) => card.namedBy === 'elsewhere'),
  );
  return [...request.results, ...alone.request.results];
}

/** The worst that can happen to a call without an idempotency key. */
export async function orderIntoTheDark({ gateway, screen }: Scene): Promise<readonly CardResult[]> {
  screen.heading('2. An order whose call takes effect, but is never answered');
  const { httpStatus, durationMs, request } = await gateway.order('demo-dark', darkOrder);
  screen.aside(
    `HTTP ${httpStatus} after ${seconds(durationMs)}: named or not, nobody knows. So the cards are open, neither success nor failure.`,
  );
  screen.cards(request.results);
  screen.check(
    '202, with a time at which each card is asked for again',
    httpStatus === 202 && request.results.every((card) => card.nextCheckAt !== undefined),
  );

  const startedAt = performance.now();
  let now = request;
  while (now.status !== 'settled' && performance.now() - startedAt < patienceMs) {
    await wait(250);
    now = await gateway.request(request.requestId);
  }
  screen.aside(`The reconciler, woken by the clock, asked again: ${seconds(performance.now() - startedAt)} later`);
  screen.cards(now.results);
  screen.check(
    'every card is final, and a naming that was never confirmed is told apart from a proven one',
    now.counts.open === 0 &&
      now.results.every((card) => card.status === 'already_named' && card.namedBy === 'presumed_this_corporation'),
  );
  return now.results;
}

/** From a card to its calls and back. */
export async function trace({ gateway, screen }: Scene, card: CardResult): Promise<void> {
  screen.heading('3. Every card leads to its call, and every call to its cards');
  const call = await gateway.call(card.correlationId ?? '');
  screen.aside(`GET /v1/calls/${call.correlationId}`);
  screen.say(
    `  ${call.outcome}, HTTP ${call.httpStatus}, ${call.code} "${call.description}", ${call.durationMs} ms, ${call.pars.length} card(s)`,
  );
  screen.check(`the call names the card`, call.pars.includes(card.par));
  const { history, status } = await gateway.card(card.par);
  screen.aside(`GET /v1/cards/${card.par}`);
  for (const entry of history) screen.say(`  ${entry.updatedAt}  ${entry.status}  in request ${entry.requestId}`);
  screen.check(`the card's history says ${card.status}, too`, status === card.status && history.length > 0);
}

export async function replay({ gateway, truth, screen }: Scene): Promise<void> {
  screen.heading('4. The same order with the same key, once more');
  const before = (await truth.correlationIds()).length;
  const { httpStatus, replayed, request } = await gateway.order('demo-forty', mixedOrder);
  screen.aside(`HTTP ${httpStatus}, Idempotent-Replayed: ${replayed}, request ${request.requestId}`);
  screen.check(
    'the same request, and not one more call to KONA PLATE',
    replayed && (await truth.correlationIds()).length === before,
  );
}

/** The simulator is asked behind the gateway's back. */
export async function holdAgainstTruth(
  { gateway, truth, screen }: Scene,
  results: readonly CardResult[],
): Promise<void> {
  screen.heading('5. Is it true? The simulator knows what really happened');
  const told = await Promise.all(
    results.map(async (card) => ({ card, holds: isTrue(card, await truth.card(card.par)) })),
  );
  for (const status of [...new Set(results.map((card) => card.status))]) {
    const of = told.filter(({ card }) => card.status === status);
    screen.check(
      `${of.filter(({ holds }) => holds).length} of ${of.length} cards that are ${status} are so in truth`,
      of.every(({ holds }) => holds),
    );
  }
  const ids = await truth.correlationIds();
  const known = await Promise.all(
    ids.map((id) =>
      gateway.call(id).then(
        ({ correlationId }) => correlationId === id,
        () => false,
      ),
    ),
  );
  screen.check(`each of the ${ids.length} calls that reached KONA PLATE stands in the ledger`, known.every(Boolean));
  screen.check('no call broke a rule of the published API', (await truth.violations()).length === 0);
}
