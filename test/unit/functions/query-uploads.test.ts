import { describe, expect, it } from 'vitest';
import { createQueryRequest } from '../../../functions/query-ledger/query-request.ts';
import { createQueryUploads } from '../../../functions/query-ledger/query-uploads.ts';
import { render } from '../../../shared/http/answer.ts';
import { noCounts } from '../../../shared/limit-increase/counts.ts';
import type { RequestWithCounts } from '../../../shared/limit-increase/ports.ts';
import type { LimitIncreaseRequest } from '../../../shared/limit-increase/terms.ts';
import type { UploadReading } from '../../../shared/limit-increase/upload.ts';
import type { UploadEntry, UploadPageQuery } from '../../../shared/limit-increase/upload-ledger.ts';
import {
  aChunk,
  aCorporation,
  anUploadState,
  aRequest,
  aRequestId,
  aResult,
  aState,
  pars,
} from '../../support/builders.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';

const at = '2026-11-22T01:15:00.000Z';
const uploadKey = 'incoming/cards.csv';
const reading: UploadReading = {
  ...{ bytes: 1_234, sha256: 'ab'.repeat(32), format: 'csv', compressed: false, encoding: 'cp949', separator: ',' },
  ...{ warnings: [{ line: 2, detail: 'bizLicenseNo looks mistyped' }], warningsLeftOut: 0 },
};
const checked = {
  progress: { rowsRead: 5, rowsRejected: 2, rowsRepeated: 1 },
  ...{ reading, checkedAt: aMoment, chunksWritten: 1 },
};

const file = (over: Partial<LimitIncreaseRequest> = {}): RequestWithCounts => {
  const { corporation: _, ...request } = aRequest({ source: 'upload', upload: anUploadState(checked), ...over });
  return { request, counts: { ...noCounts, named: 1 } };
};

const stored = {
  chunk: aChunk({ lines: [2, 5] }),
  state: aState(2, { results: new Map([[0, aResult({ updatedAt: aMoment })]]), dueAt: aMoment + 60_000 }),
};

const request = { routeKey: '', headers: {}, isBase64Encoded: false, requestContext: { requestId: 'r' } };

/** As JSON, which is what a caller gets. */
const bodyOf = (answer: Parameters<typeof render>[0]) => JSON.parse(render(answer).body);

async function getFile(found: RequestWithCounts) {
  const clock = createFixedClock();
  clock.advance(10_000);
  const ledger = {
    readRequest: async () => found,
    readChunk: async () => stored,
    readCall: async () => undefined,
    readCardHistory: async () => [],
  };
  const pathParameters = { requestId: aRequestId };
  const query = createQueryRequest({ ledger, clock });
  return bodyOf(await query({ ...request, pathParameters, queryStringParameters: {} }, aMoment + 20_000));
}

describe('GET of the limit increase of a file', () => {
  it('shows the object, how far it is, and of each card the line and the corporation', async () => {
    const [first, second] = pars(2);
    expect(await getFile(file())).toEqual({
      ...{ requestId: aRequestId, status: 'open', source: 'upload', createdAt: at, updatedAt: at },
      upload: {
        ...{ key: uploadKey, versionId: 'v1', dryRun: false, bytes: 1_234, sha256: 'ab'.repeat(32), encoding: 'cp949' },
        ...{ warnings: reading.warnings, warningsLeftOut: 0 },
      },
      progress: { rowsRead: 5, rowsRejected: 2, rowsRepeated: 1, secondsLeft: 10 },
      counts: { total: 2, open: 1, named: 1, alreadyNamed: 0, notFound: 0, rejected: 0, unresolved: 0 },
      results: [
        expect.objectContaining({ line: 2, par: first, ...aCorporation(), status: 'named' }),
        expect.objectContaining({ line: 5, par: second, ...aCorporation(), status: 'open' }),
      ],
      nextCursor: null,
    });
  });

  it('tells that it is being read, before anything else is known of it', async () => {
    const received = file({ status: 'receiving', cardsTotal: 0, chunksTotal: 0, upload: anUploadState() });
    expect(await getFile({ ...received, counts: noCounts })).toMatchObject({
      ...{ status: 'receiving', results: [], nextCursor: expect.any(String), counts: { total: 0, open: 0 } },
      upload: { key: uploadKey, versionId: 'v1', dryRun: false },
      progress: { rowsRead: 0, rowsRejected: 0, rowsRepeated: 0, secondsLeft: null },
    });
  });

  it('tells why it could not be read', async () => {
    const failure = { reason: 'no_header', detail: 'The file has no header.' };
    const upload = anUploadState({ failure });
    const refused = file({ status: 'settled', cardsTotal: 0, chunksTotal: 0, upload });
    const { upload: shown, progress } = await getFile({ ...refused, counts: noCounts });
    expect([shown, progress.secondsLeft]).toEqual([{ key: uploadKey, versionId: 'v1', dryRun: false, failure }, 0]);
  });

  it.each([
    [1, `reports/cards.csv/${aRequestId}/`],
    [2, `reports/cards.csv/${aRequestId}/edition-2/`],
  ])('tells where the reports of edition %d are, once they stand there', async (edition, reports) => {
    const upload = anUploadState({ ...checked, edition });
    const settled = file({ status: 'settled', upload });
    expect((await getFile(settled)).upload.reports).toBeUndefined();
    expect((await getFile(file({ upload: { ...upload, reportedAt: aMoment } }))).upload).toMatchObject({ reports });
  });
});

/** An object under whose key as many files were uploaded as there are IDs. */
async function list(requestIds: readonly string[], queryStringParameters: Record<string, string>) {
  const entries: UploadEntry[] = requestIds.map((requestId) => ({ uploadKey, requestId, acceptedAt: aMoment }));
  const listUploads = async (key: string, { limit, after }: UploadPageQuery) => {
    const all = key === uploadKey ? entries : [];
    const rest = all.slice(after === undefined ? 0 : requestIds.indexOf(after.requestId) + 1);
    return { entries: rest.slice(0, limit), last: rest.length <= limit };
  };
  const readRequest = async (requestId: string) => (requestId === gone ? undefined : file({ requestId }));
  const query = createQueryUploads({ ledger: { listUploads, readRequest }, clock: createFixedClock() });
  const answer = render(await query({ ...request, pathParameters: {}, queryStringParameters }));
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}

const gone = 'G0NE00000000000000000000G0';
const ids = ['A', 'B', 'C'].map((letter) => letter.repeat(26));

describe('GET of the limit increases of an object', () => {
  it('shows each as it would be shown alone, without its cards, in the order of the ledger', async () => {
    const { status, body } = await list(ids, { uploadKey });
    const { results: _, nextCursor, ...alone } = await getFile(file());
    const shown = ids.map((requestId) => ({ ...alone, requestId, progress: { ...alone.progress, secondsLeft: 0 } }));
    expect([status, body]).toEqual([200, { limitIncreases: shown, nextCursor }]);
  });

  it('leads from page to page', async () => {
    const first = await list(ids, { uploadKey, limit: '2' });
    const second = await list(ids, { uploadKey, limit: '2', cursor: first.body.nextCursor });
    const of = ({ body }: typeof first) => body.limitIncreases.map((one: { requestId: string }) => one.requestId);
    expect([of(first), of(second), second.body.nextCursor]).toEqual([ids.slice(0, 2), ids.slice(2), null]);
  });

  it('is empty for an object that nobody knows', async () => {
    expect(await list(ids, { uploadKey: 'incoming/other.csv' })).toEqual({
      status: 200,
      body: { limitIncreases: [], nextCursor: null },
    });
  });

  // failures: F110
  it('leaves out one whose time of keeping is over', async () => {
    const { body } = await list([gone, ids[0] ?? ''], { uploadKey });
    expect(body.limitIncreases).toHaveLength(1);
  });

  it('is a 400 for a key that cannot be one', async () => {
    expect(await list([], {})).toMatchObject({ status: 400, body: { errors: [{ parameter: 'uploadKey' }] } });
  });
});
