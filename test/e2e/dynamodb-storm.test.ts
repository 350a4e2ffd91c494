import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { aCorporation, aPar } from '../support/builders.ts';
import { type Gateway, openGateway, shown } from './gateway.ts';
import { synthesizeChanged } from './synthesize-changed.ts';

// Every fault of DynamoDB at once, at random by a seed, until workers give up in the middle of their work. Their leases
// end some seconds after the function's time-out, which is short here; then the reconciler finishes what they left.

let gateway: Gateway;
beforeAll(async () => {
  const hurried = { lambda: 'RequestLimitIncreaseFunction', timeoutSeconds: 7 };
  const assembly = (context: Record<string, string>): Promise<string> => synthesizeChanged([hurried], context);
  gateway = await openGateway({}, { assembly });
});
afterAll(() => gateway.close());

const caller = 'request-limit-increase';
const seed = Number(process.env['FC_SEED'] ?? 20_261_122);
const callSchema = z.object({ requestId: z.string(), outcome: z.string() });

const orders = Array.from({ length: 8 }, (_, index) => ({
  order: { ...aCorporation(), parList: [aPar(3 * index), aPar(3 * index + 1), aPar(3 * index + 2)] },
  key: { 'idempotency-key': `storm-${index}` },
}));

async function untilDurable(index: number): Promise<{ requestId: string; atOnce: boolean }> {
  const { order, key } = orders[index] ?? { order: undefined, key: undefined };
  for (let tries = 1; tries <= 30; tries += 1) {
    const { status, body } = await gateway.post(order, key);
    if (status === 200 || status === 202)
      return { requestId: shown(body).requestId, atOnce: tries === 1 && status === 200 };
    // 500: Lambda ended it at its time-out, before or after the order was durable.
    expect([500, 503]).toContain(status);
  }
  throw new Error('An order was refused thirty times.');
}

const callsFor = (index: number): number => {
  const cards = new Set<string>(orders[index]?.order.parList);
  return gateway.simulator.requests().filter(({ order }) => order?.parList.some((par) => cards.has(par))).length;
};

// failures: F119
it(`orders through a storm of faults (FC_SEED=${seed}) all end in the truth`, { timeout: 120_000 }, async () => {
  gateway.cloud.dynamodbFaults.set([
    // One outcome for certain is never recorded by its worker.
    { caller, operation: 'TransactWriteItems', fault: { kind: 'throttle' }, skip: 1, times: 3 },
    { caller, fault: { kind: 'lost_acknowledgement' }, share: 0.2, seed },
    { caller, fault: { kind: 'lost_acknowledgement', as: 'server_error' }, share: 0.2, seed: seed + 1 },
    { caller, fault: { kind: 'throttle' }, share: 0.1, seed: seed + 2 },
    { caller, fault: { kind: 'transaction_conflict' }, share: 0.2, seed: seed + 3 },
    { caller, fault: { kind: 'unprocessed_items', taken: 1 }, share: 0.5, seed: seed + 4 },
  ]);
  const accepted: { requestId: string; atOnce: boolean }[] = [];
  for (const index of orders.keys()) accepted.push(await untilDurable(index));
  const struck = gateway.cloud.dynamodbFaults.struck();
  gateway.cloud.dynamodbFaults.clear();
  expect(struck).toBeGreaterThan(orders.length);
  expect(accepted.some(({ atOnce }) => !atOnce)).toBe(true);
  for (const [index, { requestId, atOnce }] of accepted.entries()) {
    const reconciled = async () => {
      await gateway.cloud.invoke('reconcile');
      return shown((await gateway.get(`/v1/limit-increases/${requestId}`)).body);
    };
    // Not oftener: API Gateway would answer 429.
    await expect.poll(reconciled, { interval: 250, timeout: 60_000 }).toMatchObject({ status: 'settled' });
    const settled = await reconciled();
    expect(settled.counts).toMatchObject({ total: 3, open: 0, unresolved: 0, rejected: 0, notFound: 0 });
    for (const { par, status } of settled.results) {
      expect(gateway.simulator.card(par)).toMatchObject({ state: 'named' });
      expect(['named', 'already_named']).toContain(status);
      expect((await gateway.get(`/v1/cards/${par}`)).body).toMatchObject({ status });
    }
    if (atOnce) expect(callsFor(index)).toBe(1);
  }
  expect(gateway.simulator.violations()).toEqual([]);
  for (const { correlationId } of gateway.simulator.requests()) {
    const { body } = await gateway.get(`/v1/calls/${correlationId}`);
    const { requestId, outcome } = callSchema.parse(body);
    expect(accepted.map((one) => one.requestId)).toContain(requestId);
    expect(['answered', 'unknown', 'sent']).toContain(outcome);
  }
});
