import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCorporation, pars } from '../support/builders.ts';
import { type Gateway, openGateway, shown, statusesOf } from './gateway.ts';
import { synthesizeChanged } from './synthesize-changed.ts';

// The template less one grant in each of three roles: what the policy does not say is denied, and the log says what.

let gateway: Gateway;
beforeAll(async () => {
  gateway = await openGateway(
    {},
    {
      assembly: (context) =>
        synthesizeChanged(
          [
            { role: 'RequestLimitIncreaseRole', lessAction: 'secretsmanager:GetSecretValue' },
            { role: 'QueryLedgerRole', lessAction: 'dynamodb:GetItem' },
            { role: 'ReconcileRole', lessAction: 'dynamodb:PutItem' },
          ],
          context,
        ),
    },
  );
});
afterAll(() => gateway.close());

const order = { ...aCorporation(), parList: pars(2) };
let requestId = '';

/** The log line that tells of the denial. */
const denialIn = (functionName: string): string =>
  gateway.cloud.logs(functionName).find((line) => line.includes('AccessDeniedException')) ?? '';

const deniedAction = (functionName: string, action: string, log: string): void => {
  const line = denialIn(functionName);
  expect(JSON.parse(line)).toMatchObject({ level: expect.stringMatching(/ERROR|WARN/), event: log });
  expect(line).toContain(`is not authorized to perform: ${action} on resource: arn:aws:`);
  expect(line).toContain(functionName);
  expect(line).not.toMatch(/Q1[0-9A-Z]{25}/);
};

describe('without its grant of', () => {
  // failures: F118
  it('secretsmanager:GetSecretValue, POST makes the order durable, calls nobody and says why in its log', async () => {
    const { status, body } = await gateway.post(order, { 'idempotency-key': 'no-secret' });
    expect(status).toBe(202);
    expect(statusesOf(body)).toEqual(['open', 'open']);
    expect(gateway.simulator.requests()).toEqual([]);
    requestId = shown(body).requestId;
    deniedAction('request-limit-increase', 'secretsmanager:GetSecretValue', 'secret_unreadable');
  });

  it('dynamodb:GetItem, GET of a call is answered 503, and every other GET as before', async () => {
    const call = await gateway.get('/v1/calls/261122101500-0a1b2c3');
    expect(call).toMatchObject({ status: 503, body: { type: '/problems/ledger-unavailable' } });
    expect(JSON.stringify(call.body)).not.toContain('arn:aws');
    deniedAction('query-ledger', 'dynamodb:GetItem', 'ledger_unavailable');
    expect((await gateway.get(`/v1/limit-increases/${requestId}`)).status).toBe(200);
  });

  it('dynamodb:PutItem, no transaction that puts goes through: the reconciler calls nobody and the cards stay open', async () => {
    const reconciled = async (): Promise<string> => {
      await gateway.cloud.invoke('reconcile');
      return denialIn('reconcile');
    };
    await expect.poll(reconciled, { timeout: 20_000, interval: 200 }).not.toBe('');
    deniedAction('reconcile', 'dynamodb:PutItem', 'work_interrupted');
    expect(gateway.simulator.requests()).toEqual([]);
    const { body } = await gateway.get(`/v1/limit-increases/${requestId}`);
    expect(statusesOf(body)).toEqual(['open', 'open']);
  });
});
