import { countResults } from '../../../shared/limit-increase/counts.ts';
import type { Namings } from '../../../shared/limit-increase/namings.ts';
import type { CardEntry, RequestWithCounts, StoredChunk } from '../../../shared/limit-increase/ports.ts';
import type { Instant, LimitIncreaseRequest } from '../../../shared/limit-increase/terms.ts';
import type { UploadState } from '../../../shared/limit-increase/upload.ts';
import type { WriteReportDeps } from '../../../shared/limit-increase/write-report.ts';
import {
  aChunk,
  aCorporation,
  aPar,
  aRequest,
  aRequestId,
  aResult,
  aState,
  pars,
  retention,
} from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';

export const anUpload = (over: Partial<UploadState> = {}): UploadState => ({
  object: { bucket: 'uploads', key: 'incoming/코나 1.csv', versionId: 'v1', eTag: 'abc' },
  dryRun: false,
  readings: 1,
  progress: { rowsRead: 6, rowsRejected: 1, rowsRepeated: 0 },
  chunksWritten: 2,
  checkedAt: aMoment + 500,
  reading: {
    ...{ bytes: 600, sha256: 'ab'.repeat(32), format: 'csv', compressed: false, encoding: 'cp949', separator: ',' },
    ...{ warnings: [{ line: 2, detail: 'bizLicenseNo has another check digit.' }], warningsLeftOut: 0 },
  },
  edition: 1,
  ...over,
});

const other = aCorporation({ corporationName: '=㈜다른, "회사"', bizLicenseNo: '0048672683', affiliateId: undefined });

/** Two corporations whose rows alternate: lines 2, 4, 6 of one, 3 and 7 of the other; line 5 was rejected. */
export const chunksOfTwo = (): [StoredChunk, StoredChunk] => [
  {
    chunk: { ...aChunk({ pars: pars(3, 1) }), lines: [2, 4, 6] },
    state: aState(3, {
      stage: 'done',
      results: new Map([
        [0, aResult()],
        [1, aResult({ status: 'not_found', code: '003_004', message: '=없는 카드', returnMessage: undefined })],
        [2, aResult({ status: 'already_named', code: '003_050', returnMessage: undefined })],
      ]),
    }),
  },
  {
    chunk: {
      ...aChunk({ ref: { requestId: aRequestId, chunkNumber: 2 }, corporation: other, pars: pars(2, 11) }),
      lines: [3, 7],
    },
    state: aState(2, {
      stage: 'done',
      results: new Map([
        [0, aResult({ status: 'unresolved', code: undefined, message: undefined, returnMessage: undefined })],
        [1, aResult()],
      ]),
    }),
  },
];

/** The card on line 6, as an order of the other corporation had named it. */
const entry: CardEntry = {
  ...{ entry: 'result', status: 'named', par: aPar(3), requestId: `${aRequestId.slice(0, -1)}5` },
  ...{ acceptedAt: aMoment - 9_000, updatedAt: aMoment - 8_000, bizLicenseNo: '0048672683' },
  ...{ registrationNumber: '1101110062432', expiresAt: retention(aMoment) },
};

export type SettledFile = {
  readonly upload?: UploadState | undefined;
  readonly request?: Partial<LimitIncreaseRequest>;
  /** The chunks as whoever reads them finds them. */
  readonly chunks?: readonly (StoredChunk | undefined)[];
  /** The chunks as they were counted. */
  readonly counted?: readonly StoredChunk[];
};

/** A file of so many chunks of two cards each, which had been named before. */
export function aFileNamedBefore(chunks: number): Required<Pick<SettledFile, 'chunks' | 'counted'>> {
  const named = new Map([0, 1].map((position) => [position, aResult({ status: 'already_named', code: '003_050' })]));
  const all = Array.from({ length: chunks }, (_, index) => {
    const ref = { requestId: aRequestId, chunkNumber: index + 1 };
    const chunk = { ...aChunk({ ref, pars: pars(2, 2 * index + 1) }), lines: [2 * index + 2, 2 * index + 3] };
    return { chunk, state: aState(2, { stage: 'done', results: named }) };
  });
  return { chunks: all, counted: all };
}

/** A ledger that holds one file, and notes its report as the real one does. */
export function aSettledFile(file: SettledFile = {}) {
  const { upload = anUpload(), request: over = {}, chunks = chunksOfTwo(), counted = chunksOfTwo() } = file;
  const counts = countResults(counted.flatMap(({ state }) => [...state.results.values()]));
  const cardsTotal = counted.reduce((sum, { chunk }) => sum + chunk.pars.length, 0);
  const totals = { cardsTotal, chunksTotal: counted.length };
  const request = aRequest({ corporation: undefined, source: 'upload', status: 'settled', ...totals, upload, ...over });
  const reported: number[] = [];
  const kept: Namings[] = [];
  const postponed: Instant[] = [];
  const ledger: WriteReportDeps['ledger'] = {
    readRequest: async (): Promise<RequestWithCounts> => ({ request, counts }),
    readChunk: async ({ chunkNumber }) => chunks[chunkNumber - 1],
    readCardHistory: async (par) => (par === entry.par ? [entry] : []),
    readNamings: async () => kept.at(-1) ?? new Map(),
    keepNamings: async (_, namings) => void kept.push(namings),
    postponeRequest: async (_, dueAt) => void postponed.push(dueAt),
    reportWritten: async (_, edition) => {
      const stands = reported.includes(edition);
      if (!stands) reported.push(edition);
      return stands ? 'stands' : 'noted';
    },
  };
  return { ledger, reported, kept, postponed };
}
