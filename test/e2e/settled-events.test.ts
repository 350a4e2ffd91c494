import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { aCorporation, aPar } from '../support/builders.ts';
import { type Gateway, openGateway, shown } from './gateway.ts';
import { giveUpIn } from './give-up.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

const detailSchema = z.looseObject({
  requestId: z.string(),
  status: z.literal('settled'),
  counts: z.record(z.string(), z.number()),
  links: z.object({ limitIncrease: z.string(), reports: z.string().optional() }),
});
type Detail = z.infer<typeof detailSchema>;

const detailsOf = (requestId: string): Detail[] =>
  gateway.cloud
    .events()
    .map(({ detail }) => detailSchema.parse(detail))
    .filter((detail) => detail.requestId === requestId);

/** The events of a request, once there are so many at least. */
async function told(requestId: string, atLeast = 1): Promise<Detail[]> {
  await expect.poll(() => detailsOf(requestId).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(atLeast);
  return detailsOf(requestId);
}

const order = (par: string, key: string) =>
  gateway.post({ ...aCorporation(), parList: [par] }, { 'idempotency-key': key });
const header = 'corporationName,bizLicenseNo,registrationNumber,affiliateId,par';
const row = (par: string) => `주식회사 코나,1168200276,1101110062432,,${par}`;

describe('EventBridge is told', () => {
  it('that an order is settled, with what GET answers but its cards, and where those are', async () => {
    const { body } = await order(aPar(1), 'settled');
    const { requestId } = shown(body);
    const [detail] = await told(requestId);
    const limitIncrease = `/v1/limit-increases/${requestId}`;
    const { results, nextCursor, ...rest } = z.looseObject({}).parse((await gateway.get(limitIncrease)).body);
    expect(detail).toEqual({ ...rest, links: { limitIncrease } });
    const [event] = gateway.cloud.events();
    expect(event).toMatchObject({ source: 'kona.corporate-limit-gateway', 'detail-type': 'LimitIncreaseSettled' });
  });

  it('of a file once its report stands, and where', async () => {
    await gateway.upload('incoming/told.csv', [header, row(aPar(2)), 'bad'].join('\n'));
    const { requestId } = await gateway.untilReported('incoming/told.csv');
    const [detail] = await told(requestId);
    const { host: Bucket, pathname } = new URL(detail?.links.reports ?? '');
    const Key = `${decodeURIComponent(pathname.slice(1))}summary.json`;
    const summary = await gateway.s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(JSON.parse((await summary.Body?.transformToString()) ?? '')).toMatchObject({ requestId });
    expect(detail).toMatchObject({ counts: { total: 1, named: 1 }, progress: { rowsRejected: 1 } });
  });

  it('and an operator is, of an order’s cards that were named for another corporation', async () => {
    const others = aCorporation({ bizLicenseNo: '1348672683', registrationNumber: '1101117125720' });
    const first = await gateway.post({ ...others, parList: [aPar(0x70)] }, { 'idempotency-key': 'others' });
    expect(shown(first.body).status).toBe('settled');
    const { requestId } = shown((await order(aPar(0x70), 'ours')).body);
    await told(requestId);
    const lines = () =>
      gateway.cloud
        .logs('announce-settled')
        .filter((line) => line.includes('"naming_contested"') && line.includes(requestId));
    await expect.poll(() => lines().length, { timeout: 5_000 }).toBe(1);
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({ level: 'ERROR', other_corporation: 1, disputed: 0 });
  });

  it('nothing of an order with open cards, and again when it was redriven', async () => {
    const { body } = await order(`${aPar(0x90000).slice(0, -4)}FADE`, 'given-up');
    const { requestId } = shown(body);
    expect(shown(body).status).toBe('open');
    await giveUpIn(gateway, requestId, { cards: 1, finish: false });
    const [unresolved] = await told(requestId);
    expect(unresolved?.counts).toMatchObject({ unresolved: 1 });
    await fetch(new URL(`/v1/limit-increases/${requestId}/redrive`, gateway.cloud.apiUrl), { method: 'POST' });
    await gateway.untilSettled(requestId);
    const all = await told(requestId, 2);
    expect(all.at(-1)?.counts).toMatchObject({ unresolved: 0, alreadyNamed: 1 });
  });

  it.each([{ kind: 'unavailable' }, { kind: 'refused_entries' }, { kind: 'lost_acknowledgement' }] as const)(
    // failures: F117
    'in the end, where EventBridge is $kind for a while',
    async (fault) => {
      const { eventBusFaults } = gateway.cloud;
      eventBusFaults.set([{ fault, times: 4 }]);
      const { body } = await order(aPar(0x100), `bad-bus-${fault.kind}`);
      await told(shown(body).requestId);
      await expect.poll(() => eventBusFaults.struck(), { timeout: 20_000 }).toBe(4);
      eventBusFaults.clear();
    },
  );

  // failures: F021
  it('in the end, where the function is killed at it', async () => {
    const { eventBusFaults } = gateway.cloud;
    eventBusFaults.set([{ fault: { kind: 'unavailable' } }]);
    const { body } = await order(aPar(0x200), 'killed');
    await expect.poll(() => eventBusFaults.struck(), { timeout: 20_000 }).toBeGreaterThan(1);
    gateway.cloud.killFunction('announce-settled');
    eventBusFaults.clear();
    await told(shown(body).requestId);
  });
});
