import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { FunctionGrant } from '../../infra/local/aws/iam/authority.ts';
import { aCorporation, aPar } from '../support/builders.ts';
import { developer, type Gateway, openGateway, shown } from './gateway.ts';
import { giveUpIn } from './give-up.ts';
import { endOutageIn } from './outage.ts';

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
    await goThroughOutage();
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

    await goThroughFiles();
    await goThroughRedrive();

    const { granted, usedGrants } = gateway.cloud;
    expect(usedGrants()).toEqual(granted().filter((grant) => !isUsedByAws(grant)));
    expect(usedGrants().length).toBeGreaterThan(10);
  });

  // After it the reconciler rings for chunks that are not due yet: here for one whose call still waits for its answer.
  async function goThroughOutage(): Promise<void> {
    const { cloud, simulator, post, untilSettled } = gateway;
    await endOutageIn(gateway);
    simulator.misbehaveNext({ kind: 'hang', when: 'before' });
    const slow = post({ ...aCorporation(), parList: [aPar(9)] }, { 'idempotency-key': 'slow' });
    await expect.poll(() => simulator.requests().length, { interval: 10, timeout: 10_000 }).toBe(1);
    await cloud.invoke('reconcile');
    await untilSettled(shown((await slow).body).requestId);
  }

  // Of a chunk, too, whose worker vanished before it wrote what became of its cards.
  async function goThroughRedrive(): Promise<void> {
    const parList = [`${aPar(0x90000).slice(0, -4)}FADE`];
    const { body } = await gateway.post({ ...aCorporation(), parList }, { 'idempotency-key': 'given-up' });
    const { requestId } = shown(body);
    await giveUpIn(gateway, requestId, { cards: 1, finish: false });
    const url = new URL(`/v1/limit-increases/${requestId}/redrive`, gateway.cloud.apiUrl);
    expect((await fetch(url, { method: 'POST' })).status).toBe(202);
    await gateway.untilSettled(requestId);
  }

  // With a version and without, good rows and bad ones, and bells that the reconciler rings because nobody came.
  async function goThroughFiles(): Promise<void> {
    const { cloud, upload, untilReported, findUpload, makeDue } = gateway;
    const row = `주식회사 코나,1168200276,1101110062432,,${aPar(7)}`;
    const csv = ['corporationName,bizLicenseNo,registrationNumber,affiliateId,par', row, 'bad'].join('\n');
    await upload('incoming/good.csv', csv);
    await untilReported('incoming/good.csv');
    await upload('incoming/unreadable.txt', csv);
    await untilReported('incoming/unreadable.txt');
    cloud.eventFaults.set([{ fault: { kind: 'without_version' }, times: 1 }]);
    await upload('incoming/plain.csv', csv);
    await untilReported('incoming/plain.csv');

    cloud.s3Faults.set([{ fault: { kind: 'unavailable' }, caller: 'ingest-upload' }]);
    await upload('incoming/later.csv', csv);
    await expect.poll(() => cloud.s3Faults.struck(), { timeout: 20_000 }).toBeGreaterThan(2);
    cloud.s3Faults.set([{ fault: { kind: 'unavailable' }, caller: 'write-report' }]);
    const { requestId } = z.looseObject({ requestId: z.string() }).parse(await findUpload('incoming/later.csv'));
    const request = { pk: `REQUEST#${requestId}`, sk: 'REQUEST' };
    await makeDue(request);
    await cloud.invoke('reconcile');
    await expect.poll(() => cloud.s3Faults.struck(), { timeout: 20_000 }).toBeGreaterThan(2);
    // The reconciler rings for the report while nobody can write it: once they can, the first message might do.
    await makeDue(request);
    await cloud.invoke('reconcile');
    cloud.s3Faults.clear();
    await untilReported('incoming/later.csv');
    await loseSettler(row);
  }

  // Whose call was lost is asked whether it had a late word.
  async function loseSettler(row: string): Promise<void> {
    const { cloud, simulator, upload, untilReported, findUpload, endLease } = gateway;
    const calls = (): number => simulator.requests().length;
    const before = calls();
    simulator.misbehaveNext({ kind: 'hang', when: 'before' });
    const header = 'corporationName,bizLicenseNo,registrationNumber,affiliateId,par';
    await upload('incoming/lost.csv', [header, row.replace(aPar(7), aPar(8))].join('\n'));
    await expect.poll(calls, { interval: 10, timeout: 10_000 }).toBe(before + 1);
    cloud.killFunction('settle-chunk');
    const { requestId } = z.looseObject({ requestId: z.string() }).parse(await findUpload('incoming/lost.csv'));
    await endLease(requestId);
    const MessageBody = JSON.stringify({ requestId, chunkNumber: 1 });
    const sqs = new SQSClient({ endpoint: cloud.sqsEndpoint, region: cloud.region, credentials: developer });
    await sqs.send(new SendMessageCommand({ QueueUrl: cloud.outputs['chunksQueueUrl'], MessageBody }));
    await untilReported('incoming/lost.csv');
    sqs.destroy();
  }

  it('that AWS itself makes use of are on the list for a reason', () => {
    const all = gateway.cloud.granted();
    for (const { actions, by } of usedByAws)
      expect([by, all.some(({ action }) => actions.test(action))]).toEqual([by, true]);
  });
});
