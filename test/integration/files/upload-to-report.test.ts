import { randomUUID } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCheckUpload } from '../../../functions/ingest-upload/check-upload.ts';
import { createSettleChunk } from '../../../functions/settle-chunk/settle-chunk.ts';
import { createChunkBells, createReportBell, createUploadBell } from '../../../shared/bells/bells.ts';
import { chunkMessageSchema, requestMessageSchema } from '../../../shared/bells/messages.ts';
import { createReadWord } from '../../../shared/kona/listed-words.ts';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { createCircuitBreaker } from '../../../shared/limit-increase/circuit-breaker.ts';
import type { Platform } from '../../../shared/limit-increase/ports.ts';
import { createReceiveUpload } from '../../../shared/limit-increase/receive-upload.ts';
import { cardsOf } from '../../../shared/limit-increase/results.ts';
import { createSettle } from '../../../shared/limit-increase/settle.ts';
import { createWriteReport } from '../../../shared/limit-increase/write-report.ts';
import { createOpenObject } from '../../../shared/objects/open-object.ts';
import { createWriteOnce } from '../../../shared/objects/write-once.ts';
import { createReportFiles } from '../../../shared/reports/report-files.ts';
import { textOfCell } from '../../../shared/reports/spreadsheet-cell.ts';
import { aCorrelationId, aPar, retention } from '../../support/builders.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { type ObjectStore, startObjectStore } from '../../support/object-store.ts';

// A file's whole way through the real parts, ledger, store and queues, with a platform that knows every third card only.
// Each bell is answered twice, and its second answer must change nothing.

let emulator: DynamoDbEmulator;
let store: ObjectStore;
beforeAll(async () => {
  [emulator, store] = await Promise.all([startDynamoDbEmulator(), startObjectStore()]);
});
afterAll(() => Promise.all([emulator.stop(), store.stop()]));

let minted = 0;
const knows = (par: string): boolean => Number.parseInt(par.slice(-6), 16) % 3 === 0;
const platform: Platform = {
  mintCorrelationId: () => {
    minted += 1;
    return aCorrelationId(minted);
  },
  async call({ pars }) {
    const said = { httpStatus: 200, code: '000_000', description: 'success', breaches: [] };
    if (pars.every(knows))
      return { ...said, kind: 'answered', listed: pars.map((par) => ({ par, returnMessage: 'Success' })) };
    return {
      ...said,
      httpStatus: 400,
      code: '003_004',
      description: '=없는 카드',
      kind: 'refused',
      meaning: 'not_found',
    };
  },
  refreshCredentials: async () => false,
};

const names = ['주식회사 코나', '=㈜다른, "회사"', '셋째'];
const cards = 230;
// Every corporation's rows alternate with the others'; every 50th row is broken.
const row = (n: number): string => {
  const par = n % 50 === 0 ? 'too-short' : aPar(n);
  return `"${names[n % names.length]?.replaceAll('"', '""')}";0${n % names.length}68200276;1101110062432;;${par}`;
};
const file = [
  'corporationName;bizLicenseNo;registrationNumber;affiliateId;par',
  ...Array.from({ length: cards }, (_, index) => row(index + 1)),
].join('\r\n');

async function openGateway() {
  const { client, tableName } = await emulator.createTable();
  const clock = Date.now;
  const ledger = createLedger({ client, tableName, clock });
  const bucket = store.bucket('uploads');
  const ringing = { client: store.sqs };
  const ringReport = createReportBell(ringing, store.queue('reports'));
  const ringChunks = createChunkBells(ringing, store.queue('chunks'));
  const bells = { ringUpload: createUploadBell(ringing, store.queue('uploads')), ringChunks, ringReport };
  const reports = createReportFiles(createWriteOnce(store.s3, bucket));
  const checkUpload = createCheckUpload({ openObject: createOpenObject(store.s3), lists: reports });
  const notify = () => undefined;
  const rules = {
    readWord: createReadWord({ successMessages: ['Success'], refusalMessages: [] }),
    ...{ backoffMs: [60_000] as const, parsPerCallMax: 100 },
    ...{ giveUpAfterMs: 259_200_000, callTimeoutMs: 1_000, reserveMs: 100, leaseGraceMs: 1_000 },
  };
  const pause = async () => undefined;
  const breaker = createCircuitBreaker({ ledger, clock, notify, rules, nameWrite: randomUUID });
  const settle = createSettle({ ledger, platform, breaker, clock, notify, pause, rules, bells });
  return {
    ...{ ledger, bucket },
    ...createReceiveUpload({ ledger, checkUpload, bells, clock, notify, retention }),
    settleChunk: createSettleChunk(settle),
    writeReport: createWriteReport({ ledger, reports, clock, notify }),
  };
}

const deadline = (): number => Date.now() + 60_000;
const messages = (queue: string): unknown[] => store.queued(queue).map((body): unknown => JSON.parse(body));

it('ends in a report that tells of every row what the ledger knows of it, in the order of the file', async () => {
  const { ledger, bucket, receive, settleChunk, writeReport } = await openGateway();
  const Key = 'incoming/코나 1+1%.csv';
  const { ETag = '' } = await store.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: file }));
  const object = { bucket, key: Key, eTag: ETag.replaceAll('"', ''), sequencer: '1' };
  for (const end of ['opened', 'stands']) expect(await receive(object, deadline())).toBe(end);

  const refs = messages('chunks').map((message) => chunkMessageSchema.parse(message));
  for (const ref of [...refs, ...refs]) await settleChunk(ref, deadline());
  const bells = messages('reports').map((message) => requestMessageSchema.parse(message));
  expect(bells).toHaveLength(1);
  const requestId = bells[0]?.requestId ?? '';
  for (const end of ['written', 'not_owed']) expect(await writeReport(requestId, deadline())).toBe(end);

  const read = async (name: string): Promise<Buffer> => {
    const key = `reports/코나 1+1%.csv/${requestId}/${name}`;
    const { Body } = await store.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const rows: Record<string, string>[] = parse(await read('results.csv'), {
    bom: true,
    columns: true,
    cast: textOfCell,
  });
  expect(rows.map(({ line }) => Number(line))).toEqual(
    Array.from({ length: cards }, (_, index) => index + 2).filter((line) => (line - 1) % 50 !== 0),
  );
  const stored = await Promise.all(refs.map((ref) => ledger.readChunk(ref)));
  const known = new Map(stored.flatMap((chunk) => (chunk ? cardsOf(chunk) : [])).map((card) => [`${card.par}`, card]));
  expect(known.size).toBe(rows.length);
  for (const { line, par = '', status, code, message, correlationId, corporationName } of rows) {
    const card = known.get(par);
    expect(par).toBe(aPar(Number(line) - 1));
    expect({ status, code, message, correlationId }).toEqual({
      ...{ status: knows(par) ? 'named' : 'not_found', code: card?.code, message: card?.message },
      correlationId: card?.correlationId,
    });
    expect(corporationName).toBe(names[(Number(line) - 1) % names.length]);
  }
  expect(JSON.parse((await read('summary.json')).toString())).toMatchObject({
    rows: { read: 230, rejected: 4, repeated: 0, accepted: 226 },
    counts: { total: 226, open: 0, named: rows.filter(({ status }) => status === 'named').length },
  });
  const { Contents = [] } = await store.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'reports/' }));
  expect(Contents).toHaveLength(3);
  expect(await ledger.listDue(Date.now() + 86_400_000, 10)).toEqual([]);
});
