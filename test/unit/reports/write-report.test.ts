import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Notice } from '../../../shared/limit-increase/notice.ts';
import type { Clock } from '../../../shared/limit-increase/ports.ts';
import { createWriteReport, type WriteReportDeps } from '../../../shared/limit-increase/write-report.ts';
import { createWriteOnce } from '../../../shared/objects/write-once.ts';
import { createReportFiles } from '../../../shared/reports/report-files.ts';
import { textOfCell } from '../../../shared/reports/spreadsheet-cell.ts';
import { aPar, aRequestId } from '../../support/builders.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { type ObjectStore, startObjectStore } from '../../support/object-store.ts';
import { aFileNamedBefore, anUpload, aSettledFile, chunksOfTwo } from './settled-file.ts';

let store: ObjectStore;
let bucket: string;
let buckets = 0;
beforeAll(async () => {
  store = await startObjectStore();
});
beforeEach(() => {
  buckets += 1;
  bucket = store.bucket(`uploads-${buckets}`);
  store.interfere(() => false);
});
afterAll(() => store.stop());

const deadline = aMoment + 60_000;
const place = `reports/코나 1.csv/${aRequestId}/`;

function aWriter({ ledger }: Pick<WriteReportDeps, 'ledger'>, clock: Clock = createFixedClock()) {
  const notices: Notice[] = [];
  const reports = createReportFiles(createWriteOnce(store.s3, bucket));
  const notify = (notice: Notice) => void notices.push(notice);
  return { write: createWriteReport({ ledger, reports, clock, notify }), notices };
}

async function read(key: string): Promise<Buffer> {
  const { Body } = await store.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

const table = async (key: string): Promise<Record<string, string>[]> =>
  parse(await read(key), { bom: true, columns: true, cast: textOfCell });

const keys = async (): Promise<string[]> => {
  const { Contents = [] } = await store.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.flatMap(({ Key }) => Key ?? []);
};

describe('the report of a file', () => {
  it('lists every card in the file’s order, as the ledger has it', async () => {
    const file = aSettledFile();
    const { write, notices } = aWriter(file);
    expect(await write(aRequestId, deadline)).toBe('written');
    const rows = await table(`${place}results.csv`);
    expect(rows.map(({ line, par, status, namedBy }) => [line, par, status, namedBy])).toEqual([
      ['2', aPar(1), 'named', ''],
      ['3', aPar(11), 'unresolved', ''],
      ['4', aPar(2), 'not_found', ''],
      ['6', aPar(3), 'already_named', 'other_corporation'],
      ['7', aPar(12), 'named', ''],
    ]);
    expect(rows[4]).toEqual({
      ...{ line: '7', corporationName: '=㈜다른, "회사"', bizLicenseNo: '0048672683', affiliateId: '', par: aPar(12) },
      ...{ registrationNumber: '1101110062432', status: 'named', namedBy: '', code: '000_000', message: 'success' },
      ...{ returnMessage: 'Success', correlationId: '261122101500-0000001', updatedAt: '2026-11-22T01:15:00.250Z' },
    });
    expect(file.reported).toEqual([1]);
    expect(notices).toEqual([
      { notice: 'naming_contested', requestId: aRequestId, other_corporation: 1, disputed: 0 },
      { notice: 'report_written', requestId: aRequestId, edition: 1 },
    ]);
  });

  it('opens in Excel with its Korean letters, and runs none of its cells', async () => {
    await aWriter(aSettledFile()).write(aRequestId, deadline);
    const csv = (await read(`${place}results.csv`)).toString();
    expect(csv.startsWith('\uFEFFline,corporationName,bizLicenseNo,registrationNumber,affiliateId,par,status,')).toBe(
      true,
    );
    expect(csv).toContain(`"'=㈜다른, ""회사""",0048672683,`);
    expect(csv).toContain(`,'=없는 카드,`);
    const summary = await read(`${place}summary.json`);
    expect(summary[0]).toBe('{'.charCodeAt(0));
  });

  // failures: F061
  it('is written once by two writers at once, and by one who comes again', async () => {
    const file = aSettledFile();
    const writers = [aWriter(file), aWriter(file)];
    const ends = await Promise.all(writers.map(({ write }) => write(aRequestId, deadline)));
    expect(ends.sort()).toEqual(['not_owed', 'written']);
    expect(await aWriter(file).write(aRequestId, deadline)).toBe('not_owed');
    expect((await keys()).sort()).toEqual([`${place}results.csv`, `${place}summary.json`]);
    expect(writers.flatMap(({ notices }) => notices).filter(({ notice }) => notice === 'report_written')).toHaveLength(
      1,
    );
  });

  // failures: F061
  it('is left as it stands, and completed, when an earlier writer died in the middle', async () => {
    const file = aSettledFile();
    await store.s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${place}results.csv`, Body: 'of another' }));
    expect(await aWriter(file).write(aRequestId, deadline)).toBe('written');
    expect((await read(`${place}results.csv`)).toString()).toBe('of another');
    expect(await keys()).toContain(`${place}summary.json`);
  });

  it('passes over chunks that were never written, of a file that was abandoned', async () => {
    const [first, second] = chunksOfTwo();
    const upload = anUpload({ failure: { reason: 'object_gone', detail: 'It was deleted.' } });
    const file = aSettledFile({ upload, chunks: [first, undefined, second], request: { chunksTotal: 3 } });
    expect(await aWriter(file).write(aRequestId, deadline)).toBe('written');
    expect(await table(`${place}results.csv`)).toHaveLength(5);
  });

  it('is none of a file that was abandoned, if a chunk is missing whose cards are counted', async () => {
    const upload = anUpload({ failure: { reason: 'object_gone', detail: 'It was deleted.' } });
    const file = aSettledFile({ upload, chunks: [chunksOfTwo()[0]] });
    await expect(aWriter(file).write(aRequestId, deadline)).rejects.toThrow('changed');
    expect([await keys(), file.reported]).toEqual([[], []]);
  });

  it('lies beside the earlier ones when it is a later edition', async () => {
    await aWriter(aSettledFile()).write(aRequestId, deadline);
    await aWriter(aSettledFile({ upload: anUpload({ edition: 2 }) })).write(aRequestId, deadline);
    expect(await keys()).toEqual(
      expect.arrayContaining([
        `${place}results.csv`,
        `${place}edition-2/results.csv`,
        `${place}edition-2/summary.json`,
      ]),
    );
  });
});

it.each([
  [99_999, []],
  [100_000, [deadline + 30_000]],
])(
  'a report of %d cards is looked after again only when its writer must be gone, if it may take long',
  async (cards, due) => {
    const file = aSettledFile({ request: { cardsTotal: cards } });
    expect(await aWriter(file).write(aRequestId, deadline)).toBe('written');
    expect(file.postponed).toEqual(due);
  },
);

describe('a report that does not fit into one run', () => {
  /** Twenty chunks of two cards; eight are read at a time, and each history takes a second. */
  function aLongFile() {
    const file = aSettledFile(aFileNamedBefore(20));
    const clock = createFixedClock();
    const readCardHistory: typeof file.ledger.readCardHistory = (par) => {
      clock.advance(1_000);
      return file.ledger.readCardHistory(par);
    };
    const { write, notices } = aWriter({ ledger: { ...file.ledger, readCardHistory } }, clock);
    return { ...file, clock, notices, runFor: (seconds: number) => write(aRequestId, clock() + seconds * 1_000) };
  }

  // failures: F114
  it('is gone on with where the last run came to, and tells every card in the end', async () => {
    const unhurried = aLongFile();
    expect(await unhurried.runFor(60)).toBe('written');
    expect(unhurried.kept).toEqual([]);
    const rows = await table(`${place}results.csv`);
    expect(rows).toHaveLength(40);

    bucket = store.bucket(`uploads-${buckets}-again`);
    const { runFor, kept, postponed, clock, notices, reported } = aLongFile();
    expect(await runFor(35)).toBe('put_off');
    expect([postponed, await keys()]).toEqual([[clock()], []]);
    expect(await runFor(35)).toBe('put_off');
    expect(await runFor(35)).toBe('written');
    expect(kept.map(({ size }) => size)).toEqual([8, 16]);
    expect(await table(`${place}results.csv`)).toEqual(rows);
    expect(reported).toEqual([1]);
    expect(notices).toEqual([
      { notice: 'report_put_off', requestId: aRequestId, edition: 1, chunks: 8 },
      { notice: 'report_put_off', requestId: aRequestId, edition: 1, chunks: 16 },
      { notice: 'naming_contested', requestId: aRequestId, other_corporation: 1, disputed: 0 },
      { notice: 'report_written', requestId: aRequestId, edition: 1 },
    ]);
  });

  it('is a fault if it came no further than the run before', async () => {
    const { runFor, kept, postponed } = aLongFile();
    await expect(runFor(25)).rejects.toThrow('the time');
    expect(await runFor(35)).toBe('put_off');
    await expect(runFor(25)).rejects.toThrow('the time');
    expect([kept.length, postponed.length]).toEqual([1, 1]);
  });
});

describe('a report that cannot be completed', () => {
  // failures: F115
  it('stays owed when the store fails, and is a fault', async () => {
    const file = aSettledFile();
    store.interfere(({ method, url = '' }, response) => {
      if (method !== 'PUT' || !url.includes('summary')) return false;
      response.writeHead(503, { 'content-type': 'application/xml' }).end('<Error><Code>SlowDown</Code></Error>');
      return true;
    });
    await expect(aWriter(file).write(aRequestId, deadline)).rejects.toMatchObject({ name: 'SlowDown' });
    expect(file.reported).toEqual([]);
  });

  it('leaves no list behind when its time is up', async () => {
    const file = aSettledFile();
    await expect(aWriter(file, () => deadline).write(aRequestId, deadline)).rejects.toThrow('the time');
    expect([await keys(), file.reported]).toEqual([[], []]);
  });

  // failures: F062
  it('leaves no list behind when a chunk is missing, though its cards are counted nowhere', async () => {
    const file = aSettledFile({ chunks: [...chunksOfTwo(), undefined], request: { chunksTotal: 3 } });
    await expect(aWriter(file).write(aRequestId, deadline)).rejects.toThrow(`holds no chunk 3 of ${aRequestId}`);
    expect([await keys(), file.reported]).toEqual([[], []]);
  });

  it('leaves no list behind when the cards changed under it', async () => {
    const [first, { chunk, state }] = chunksOfTwo();
    const file = aSettledFile({ chunks: [first, { chunk, state: { ...state, results: new Map() } }] });
    await expect(aWriter(file).write(aRequestId, deadline)).rejects.toThrow('changed');
    expect([await keys(), file.reported]).toEqual([[], []]);
  });
});

describe('no report is written', () => {
  const failure = { reason: 'no_header', detail: 'The file has no header.' };

  it.each([
    ['of an order of the API', aSettledFile({ request: { source: 'api', upload: undefined } })],
    ['while cards are open', aSettledFile({ request: { status: 'open' } })],
    ['when it stands', aSettledFile({ upload: anUpload({ reportedAt: aMoment }) })],
  ])('%s', async (_, file) => {
    expect(await aWriter(file).write(aRequestId, deadline)).toBe('not_owed');
    expect([await keys(), file.reported]).toEqual([[], []]);
  });

  it.each([
    ['of a dry run', anUpload({ dryRun: true })],
    ['of a file that could not be read', anUpload({ failure, checkedAt: undefined, reading: undefined })],
  ])('of cards, but a summary, %s', async (_, upload) => {
    await aWriter(aSettledFile({ upload, request: { cardsTotal: 0, chunksTotal: 0 } })).write(aRequestId, deadline);
    expect(await keys()).toEqual([`${place}summary.json`]);
  });
});
