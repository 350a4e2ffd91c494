import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { aPar } from '../support/builders.ts';
import { developer, type Gateway, openGateway } from './gateway.ts';

// Files as they come, twice, in strange names, into the dark: through the bundles that deploy, from the bucket to reports.

let gateway: Gateway;
let sqs: SQSClient;
beforeAll(async () => {
  gateway = await openGateway();
  const { sqsEndpoint: endpoint, region } = gateway.cloud;
  sqs = new SQSClient({ endpoint, region, credentials: developer });
});
afterAll(async () => {
  sqs.destroy();
  await gateway.close();
});

const header = 'corporationName,bizLicenseNo,registrationNumber,affiliateId,par';
const ours = (card: number): string => `주식회사 코나,1168200276,1101110062432,,${aPar(card)}`;
const theirs = (card: number): string => ours(card).replace('1168200276', '1348672683');
const csv = (...rows: string[]): string => [header, ...rows].join('\r\n');

async function report(prefix: string, name: string): Promise<string> {
  const object = { Bucket: gateway.uploadsBucket, Key: `${prefix}${name}` };
  const { Body } = await gateway.s3.send(new GetObjectCommand(object));
  return (await Body?.transformToString()) ?? '';
}

const rowsSchema = z.array(z.record(z.string(), z.string()));
const rowsOf = (text: string) => rowsSchema.parse(parse(text, { bom: true, columns: true }));
const requestsOf = async (key: string): Promise<number> => {
  const { body } = await gateway.get(`/v1/limit-increases?uploadKey=${encodeURIComponent(key)}`);
  return z.object({ limitIncreases: z.array(z.unknown()) }).parse(body).limitIncreases.length;
};
const send = (queue: string, body: string): Promise<unknown> =>
  sqs.send(new SendMessageCommand({ QueueUrl: gateway.cloud.outputs[`${queue}QueueUrl`], MessageBody: body }));

describe('a file with all that can be wrong in one', () => {
  it('ends in reports that say the same as the API, and what is true', async () => {
    const unknown = `${aPar(103).slice(0, -4)}DEAD`;
    const rows = [
      ours(101),
      theirs(102),
      'x',
      ours(101),
      ours(104),
      theirs(104),
      ours(103).replace(aPar(103), unknown),
    ];
    await gateway.upload('incoming/all.csv', csv(...rows));
    const { requestId, counts, upload } = await gateway.untilReported('incoming/all.csv');
    expect(counts).toMatchObject({ total: 3, named: 2, notFound: 1, open: 0 });
    const results = rowsOf(await report(upload.reports, 'results.csv'));
    expect(results.map(({ line, par, status }) => [line, par, status])).toEqual([
      ['2', aPar(101), 'named'],
      ['3', aPar(102), 'named'],
      ['8', unknown, 'not_found'],
    ]);
    const rejected = rowsOf(await report(upload.reports, 'rejected-rows.csv'));
    expect(rejected.map(({ line }) => line)).toEqual(['4', '5', '6', '7']);
    expect(JSON.parse(await report(upload.reports, 'summary.json'))).toMatchObject({
      requestId,
      rows: { read: 7, rejected: 3, repeated: 1, accepted: 3 },
    });
    expect(gateway.simulator.card(aPar(102))).toMatchObject({ namedFor: { bizLicenseNo: '1348672683' } });
    expect(gateway.simulator.card(aPar(104)).state).toBe('known');
    const { body } = await gateway.get(`/v1/limit-increases/${requestId}`);
    const shown = z
      .object({ results: z.array(z.looseObject({ par: z.string(), correlationId: z.string() })) })
      .parse(body);
    expect(shown.results.map(({ par }) => par).sort()).toEqual([aPar(101), aPar(102), unknown].sort());
    for (const { correlationId = '' } of results)
      expect((await gateway.get(`/v1/calls/${correlationId}`)).body).toMatchObject({ requestId });
  });

  it('may be JSON lines, compressed, under a name of any letters', async () => {
    const key = 'incoming/카드 목록+50%/../가.jsonl.gz';
    const corporation = { corporationName: '=1+1', bizLicenseNo: '1', registrationNumber: '2' };
    await gateway.upload(key, gzipSync(JSON.stringify({ ...corporation, parList: [aPar(111), aPar(112)] })));
    const { upload } = await gateway.untilReported(key);
    expect(upload.reports).toMatch(/^reports\/카드 목록\+50%\/%2E%2E\/가\.jsonl\.gz\//);
    const [first] = rowsOf(await report(upload.reports, 'results.csv'));
    expect(first).toMatchObject({ line: '1', corporationName: "'=1+1", status: 'named' });
  });

  it('is only checked where a dry run is asked for: no call, no card, the same reports', async () => {
    const calls = gateway.simulator.requests().length;
    await gateway.upload('incoming/dry-run/a.csv', csv(ours(121), 'x'));
    const { status, counts, upload } = await gateway.untilReported('incoming/dry-run/a.csv');
    expect({ status, total: counts['total'] }).toEqual({ status: 'settled', total: 0 });
    expect(rowsOf(await report(upload.reports, 'results.csv'))).toMatchObject([
      { line: '2', par: aPar(121), status: '' },
    ]);
    expect(rowsOf(await report(upload.reports, 'rejected-rows.csv'))).toMatchObject([{ line: '3' }]);
    expect(gateway.simulator.requests()).toHaveLength(calls);
    expect((await gateway.get(`/v1/cards/${aPar(121)}`)).status).toBe(404);
  });

  it.each([
    ['incoming/empty.csv', '', 'empty'],
    ['incoming/table.xlsx', csv(ours(1)), 'unknown_type'],
    ['incoming/columns.csv', 'a,b\n1,2', 'wrong_columns'],
    ['incoming/cut.csv.gz', gzipSync(csv(ours(1))).subarray(0, 40), 'broken_gzip'],
  ])('that nobody can read (%s) is settled with the reason, and tells it', async (key, content, reason) => {
    await gateway.upload(key, content);
    const { status, upload } = await gateway.untilReported(key);
    expect({ status, upload }).toMatchObject({ status: 'settled', upload: { failure: { reason } } });
    expect(JSON.parse(await report(upload.reports, 'summary.json'))).toMatchObject({ failure: { reason } });
    expect(gateway.cloud.logs('ingest-upload').join()).toContain(`"reason":"${reason}"`);
  });
});

describe('an event', () => {
  // failures: F028
  it('that comes twice is one request', async () => {
    gateway.cloud.eventFaults.set([{ fault: { kind: 'twice' }, times: 1 }]);
    await gateway.upload('incoming/twice.csv', csv(ours(131)));
    await gateway.untilReported('incoming/twice.csv');
    expect(await requestsOf('incoming/twice.csv')).toBe(1);
  });

  // failures: F030
  it('of a key that is written again is a request of its own, and reads its own version', async () => {
    await gateway.upload('incoming/again.csv', csv(ours(141)));
    await gateway.upload('incoming/again.csv', csv(ours(142), ours(143)));
    await expect.poll(() => requestsOf('incoming/again.csv'), { timeout: 20_000 }).toBe(2);
    const totals = async (): Promise<unknown> => {
      const { body } = await gateway.get('/v1/limit-increases?uploadKey=incoming%2Fagain.csv');
      return z
        .object({ limitIncreases: z.array(z.looseObject({ counts: z.looseObject({ named: z.number() }) })) })
        .parse(body)
        .limitIncreases.map(({ counts }) => counts.named)
        .sort();
    };
    await expect.poll(totals, { timeout: 20_000 }).toEqual([1, 2]);
  });

  // failures: F031
  it('of an object that is gone settles its request with the reason', async () => {
    gateway.cloud.s3Faults.set([{ fault: { kind: 'unavailable' }, caller: 'ingest-upload', operation: 'GetObject' }]);
    gateway.cloud.eventFaults.set([{ fault: { kind: 'without_version' }, times: 1 }]);
    await gateway.upload('incoming/gone.csv', csv(ours(151)));
    await expect.poll(() => gateway.cloud.s3Faults.struck(), { timeout: 20_000 }).toBeGreaterThan(2);
    await gateway.s3.send(new DeleteObjectCommand({ Bucket: gateway.uploadsBucket, Key: 'incoming/gone.csv' }));
    gateway.cloud.s3Faults.clear();
    const { requestId } = z.looseObject({ requestId: z.string() }).parse(await gateway.findUpload('incoming/gone.csv'));
    await gateway.makeDue({ pk: `REQUEST#${requestId}`, sk: 'REQUEST' });
    await gateway.cloud.invoke('reconcile');
    const { upload } = await gateway.untilReported('incoming/gone.csv');
    expect(upload).toMatchObject({ failure: { reason: expect.stringMatching(/^object_(gone|forbidden)$/) } });
  });
});

describe('a message', () => {
  // failures: F025
  it('that nobody understands stays, is told of without its body, and costs the others nothing', async () => {
    await send('chunks', `{"requestId":"${aPar(161)}"}`);
    await send('chunks', 'not json');
    await gateway.upload('incoming/beside.csv', csv(ours(162)));
    await gateway.untilReported('incoming/beside.csv');
    const told = (): readonly string[] =>
      gateway.cloud.logs('settle-chunk').filter((line) => /message_unreadable/.test(line));
    await expect.poll(told, { timeout: 10_000 }).toHaveLength(2);
    expect(told().join()).not.toContain(aPar(161));
  });

  // failures: F007 F023
  it('of a chunk that was settled long ago begins no call, twice at once or not', async () => {
    await gateway.upload('incoming/settled.csv', csv(ours(171)));
    const { requestId } = await gateway.untilReported('incoming/settled.csv');
    const calls = gateway.simulator.requests().length;
    const invoked = () => gateway.cloud.logs('settle-chunk').filter((line) => line.startsWith('END')).length;
    const before = invoked();
    const body = JSON.stringify({ requestId, chunkNumber: 1 });
    await Promise.all([send('chunks', body), send('chunks', body), send('reports', JSON.stringify({ requestId }))]);
    await expect.poll(invoked, { timeout: 10_000 }).toBeGreaterThanOrEqual(before + 2);
    expect(gateway.simulator.requests()).toHaveLength(calls);
  });
});

// failures: F058
it('ends in the truth for every card of two files that hold the same ones, at once', async () => {
  const rows = Array.from({ length: 120 }, (_, card) => ours(200 + card));
  await Promise.all(['one', 'two'].map((name) => gateway.upload(`incoming/${name}.csv`, csv(...rows))));
  for (const name of ['one', 'two']) {
    await expect
      .poll(
        async () => {
          await gateway.cloud.invoke('reconcile');
          return gateway.findUpload(`incoming/${name}.csv`);
        },
        { timeout: 40_000, interval: 500 },
      )
      .toMatchObject({ counts: { open: 0, total: 120 }, upload: { reports: expect.any(String) } });
    const { counts } = await gateway.untilReported(`incoming/${name}.csv`);
    expect((counts['named'] ?? 0) + (counts['alreadyNamed'] ?? 0)).toBe(120);
  }
});
