import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { principals } from '../../infra/local/http-api/principals.ts';
import { signedFetch } from '../../submit/signed-fetch.ts';
import { aCorporation, aPar } from '../support/builders.ts';
import { type Gateway, openGateway, shown, statusesOf } from './gateway.ts';
import { giveUpIn } from './give-up.ts';

// Cards that were given up, and an operator who has them asked for again: over HTTP, to the last report.

let gateway: Gateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

/** Its first call takes effect and is never answered. */
const faded = (n: number): string => `${aPar(n * 0x10000).slice(0, -4)}FADE`;

async function redrive(requestId: string, body?: string, headers: Record<string, string> = {}) {
  const url = new URL(`/v1/limit-increases/${requestId}/redrive`, gateway.cloud.apiUrl);
  const response = await fetch(url, { method: 'POST', headers, ...(body !== undefined && { body }) });
  return { status: response.status, headers: response.headers, body: z.unknown().parse(await response.json()) };
}

const json = { 'content-type': 'application/json' };

const get = async (requestId: string): Promise<unknown> => (await gateway.get(`/v1/limit-increases/${requestId}`)).body;

describe('an order with cards that were given up', () => {
  let requestId: string;

  // failures: F090
  it('is redriven over HTTP, and settled by the calls that follow', async () => {
    const parList = [aPar(1), faded(2)];
    const posted = await gateway.post({ ...aCorporation(), parList }, { 'idempotency-key': 'given-up' });
    requestId = shown(posted.body).requestId;
    await giveUpIn(gateway, requestId, { cards: 1 });
    expect(await get(requestId)).toMatchObject({ status: 'settled', counts: { named: 1, unresolved: 1 } });

    const { status, headers, body } = await redrive(requestId);
    expect([status, headers.get('location'), headers.get('retry-after')]).toEqual([
      ...[202, `/v1/limit-increases/${requestId}`, '5'],
    ]);
    const by = expect.stringMatching(/^arn:aws:sts::\d{12}:assumed-role\/unsigned-caller\/unsigned$/);
    expect(body).toMatchObject({
      status: 'open',
      counts: { open: 1, named: 1, unresolved: 0 },
      redrives: [{ by, at: expect.any(String), cards: 1, statuses: ['unresolved'] }],
    });
    await expect.poll(() => get(requestId), { timeout: 20_000, interval: 50 }).toMatchObject({ status: 'settled' });
    expect(statusesOf(await get(requestId))).toEqual(['named', 'already_named']);
    expect((await gateway.get(`/v1/cards/${faded(2)}`)).body).toMatchObject({
      status: 'already_named',
      namedBy: 'presumed_this_corporation',
      history: [
        { requestId, status: 'already_named' },
        { requestId, status: 'unresolved' },
      ],
    });
  });

  it('is not redriven twice, nor is one that is not there, nor for whoever sends a body with something in it', async () => {
    const refused = async (...of: Parameters<typeof redrive>) => {
      const { status, body } = await redrive(...of);
      return [status, z.looseObject({ type: z.string() }).parse(body).type];
    };
    expect(await refused(requestId)).toEqual([409, '/problems/nothing-unresolved']);
    expect(await refused(requestId, '{}')).toEqual([409, '/problems/nothing-unresolved']);
    expect(await refused('0'.repeat(26))).toEqual([404, '/problems/unknown-request']);
    expect(await refused('x')).toEqual([400, '/problems/invalid-parameter']);
    expect(await refused(requestId, '{"cards":1}')).toEqual([415, '/problems/unsupported-media-type']);
    expect(await refused(requestId, '{"cards":1}', json)).toEqual([400, '/problems/invalid-redrive']);
  });

  it('is not for whoever may order and read', async () => {
    const { apiUrl, region } = gateway.cloud;
    const signing = { credentials: principals.caller, service: 'execute-api', region };
    const url = `${apiUrl}/v1/limit-increases/${requestId}/redrive`;
    expect((await signedFetch(url, signing, { method: 'POST' })).status).toBe(403);
  });
});

describe('an order with cards that KONA PLATE refused', () => {
  const namedElsewhere = aPar(21);
  const [unknown, terminated] = [aPar(22), aPar(23)];
  const statusesBody = (...statuses: string[]): string => JSON.stringify({ statuses });
  const cardOf = async (par: string): Promise<unknown> => (await gateway.get(`/v1/cards/${par}`)).body;

  it('has them asked for again by status, as often as needed, and shows every result that they had', async () => {
    gateway.simulator.setCards([
      { par: unknown, state: 'unknown' },
      { par: terminated, state: 'terminated' },
      { par: namedElsewhere, state: 'named', bizLicenseNo: '9999999999', registrationNumber: '9999999999999' },
    ]);
    const parList = [namedElsewhere, unknown, terminated];
    const posted = await gateway.post({ ...aCorporation(), parList }, { 'idempotency-key': 'refused' });
    const { requestId } = shown(posted.body);
    const settled = () => expect.poll(() => get(requestId), { timeout: 20_000, interval: 50 });
    await settled().toMatchObject({ status: 'settled', counts: { alreadyNamed: 1, notFound: 1, rejected: 1 } });

    expect((await redrive(requestId)).status).toBe(409);
    expect((await redrive(requestId, statusesBody('named'), json)).status).toBe(400);
    gateway.simulator.setCards([{ par: unknown, state: 'terminated' }]);
    expect((await redrive(requestId, statusesBody('not_found'), json)).status).toBe(202);
    await settled().toMatchObject({ status: 'settled', counts: { alreadyNamed: 1, notFound: 0, rejected: 2 } });
    expect(await cardOf(unknown)).toMatchObject({
      status: 'rejected',
      history: [{ status: 'rejected' }, { status: 'not_found' }],
    });

    gateway.simulator.setCards([unknown, terminated].map((par) => ({ par, state: 'known' })));
    const { status, body } = await redrive(requestId, statusesBody('not_found', 'rejected'), json);
    expect([status, body]).toMatchObject([
      202,
      {
        redrives: [
          { cards: 1, statuses: ['not_found'] },
          { cards: 2, statuses: ['rejected', 'not_found'] },
        ],
      },
    ]);
    await settled().toMatchObject({ status: 'settled', counts: { named: 2, alreadyNamed: 1 } });
    expect(await cardOf(unknown)).toMatchObject({
      status: 'named',
      history: [
        { requestId, status: 'named' },
        { requestId, status: 'rejected', code: '003_022' },
        { requestId, status: 'not_found', code: '003_021' },
      ],
    });
    expect(await cardOf(namedElsewhere)).toMatchObject({ history: [{ status: 'already_named' }] });
  });
});

describe('a file with cards that were given up', () => {
  it('gets another edition of its report when it was redriven, and keeps the first', async () => {
    const header = 'corporationName,bizLicenseNo,registrationNumber,affiliateId,par';
    const rows = [aPar(11), faded(12)].map((par) => `주식회사 코나,1168200276,1101110062432,,${par}`);
    const key = 'incoming/given-up.csv';
    await gateway.upload(key, [header, ...rows, 'bad'].join('\n'));
    const requestId = await untilReceived(key);
    await giveUpIn(gateway, requestId, { cards: 1 });
    await gateway.cloud.invoke('reconcile');
    const first = (await gateway.untilReported(key)).upload.reports;

    expect((await redrive(requestId)).status).toBe(202);
    const second = `${first}edition-2/`;
    const shownUpload = () => gateway.findUpload(key);
    await expect.poll(shownUpload, { timeout: 30_000, interval: 50 }).toMatchObject({ upload: { reports: second } });
    expect(await lines(`${first}results.csv`)).toEqual(['named', 'unresolved']);
    expect(await lines(`${second}results.csv`)).toEqual(['named', 'already_named']);
    const summary = JSON.parse(await textOf(`${second}summary.json`));
    expect(summary.files).toMatchObject({ results: `${second}results.csv`, rejectedRows: `${first}rejected-rows.csv` });
  });
});

async function untilReceived(key: string): Promise<string> {
  await expect.poll(() => gateway.findUpload(key), { timeout: 20_000 }).toBeDefined();
  return z.looseObject({ requestId: z.string() }).parse(await gateway.findUpload(key)).requestId;
}

async function textOf(key: string): Promise<string> {
  const { Body } = await gateway.s3.send(new GetObjectCommand({ Bucket: gateway.uploadsBucket, Key: key }));
  return (await Body?.transformToString()) ?? '';
}

/** The statuses that a list of results tells. */
const lines = async (key: string): Promise<string[]> =>
  (await textOf(key)).match(/(?<=,)(named|already_named|unresolved)(?=,)/g) ?? [];
