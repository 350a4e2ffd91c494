import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FunctionGrant } from '../../infra/local/aws/iam/authority.ts';
import { aCorporation, aPar } from '../support/builders.ts';
import { type Gateway, openGateway, shown } from './gateway.ts';

// No action unused: every route and every kind of the reconciler's work is gone through, and then each right that a
// role grants was needed, less those that AWS itself makes use of.

let gateway: Gateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

/** What no call of a function itself shows: each with who makes use of it. */
const usedByAws: readonly { readonly actions: RegExp; readonly by: string }[] = [
  { actions: /^logs:(CreateLogStream|PutLogEvents)$/, by: 'Lambda writes what the function prints' },
  { actions: /^xray:/, by: "the X-Ray daemon beside the function's process" },
  { actions: /^kms:/, by: "DynamoDB, S3 and Secrets Manager, in the caller's name" },
];
const isUsedByAws = ({ action }: FunctionGrant): boolean => usedByAws.some(({ actions }) => actions.test(action));

describe('the rights of the functions', () => {
  it('are made use of, every one, by the routes and the reconciler', async () => {
    const good = aPar(1);
    const faded = `${aPar(2).slice(0, -4)}FADE`;
    const order = { ...aCorporation(), parList: [good, aPar(3)] };
    const { body } = await gateway.post(order, { 'idempotency-key': 'order' });
    await gateway.post(order, { 'idempotency-key': 'order' });
    const [{ correlationId } = { correlationId: '' }] = shown(body).results;
    const dark = await gateway.post({ ...aCorporation(), parList: [faded] }, { 'idempotency-key': 'dark' });
    await gateway.untilSettled(shown(dark.body).requestId);
    await gateway.untilSettled(await gateway.loseWorker({ ...aCorporation(), parList: [aPar(5)] }));
    for (const path of [`/v1/cards/${good}`, `/v1/calls/${correlationId}`])
      expect((await gateway.get(path)).status).toBe(200);

    const { granted, usedGrants } = gateway.cloud;
    expect(usedGrants()).toEqual(granted().filter((grant) => !isUsedByAws(grant)));
    expect(usedGrants().length).toBeGreaterThan(10);
  });

  it('that AWS itself makes use of are on the list for a reason', () => {
    const all = gateway.cloud.granted();
    for (const { actions, by } of usedByAws)
      expect([by, all.some(({ action }) => actions.test(action))]).toEqual([by, true]);
  });
});
