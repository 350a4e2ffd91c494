import { describe, expect, it } from 'vitest';
import type { ReportSummary } from '../../../shared/limit-increase/write-report.ts';
import { nextSteps } from '../../../shared/reports/next-steps.ts';
import { summaryJson } from '../../../shared/reports/summary.ts';
import { aRequest, aRequestId } from '../../support/builders.ts';
import { anUpload } from './settled-file.ts';

const place = `reports/코나 1.csv/${aRequestId}/`;
const nobody = {
  ...{ this_corporation: 0, other_corporation: 0, presumed_this_corporation: 0 },
  ...{ disputed: 0, presumed_elsewhere: 0, elsewhere: 0 },
};

const aSummary = (over: Partial<ReportSummary> = {}): ReportSummary => ({
  request: aRequest({ corporation: undefined, source: 'upload', status: 'settled', cardsTotal: 5, chunksTotal: 2 }),
  counts: { named: 2, already_named: 1, not_found: 1, rejected: 0, unresolved: 1 },
  upload: anUpload(),
  namedBy: { ...nobody, other_corporation: 1 },
  hasResults: true,
  ...over,
});

const allNamed = {
  counts: { named: 5, already_named: 0, not_found: 0, rejected: 0, unresolved: 0 },
  namedBy: nobody,
};

const shown = (summary: ReportSummary): Record<string, unknown> => JSON.parse(summaryJson(summary));

describe('summary.json', () => {
  it('tells what was read, what became of it, and where the lists are', () => {
    const { nextSteps: steps, ...summary } = shown(aSummary());
    expect(summary).toEqual({
      requestId: aRequestId,
      uploadKey: 'incoming/코나 1.csv',
      version: 'v1',
      eTag: 'abc',
      edition: 1,
      dryRun: false,
      status: 'settled',
      createdAt: '2026-11-22T01:15:00.000Z',
      checkedAt: '2026-11-22T01:15:00.500Z',
      settledAt: '2026-11-22T01:15:00.000Z',
      input: {
        ...{ bytes: 600, sha256: 'ab'.repeat(32), format: 'csv', compressed: false },
        ...{ encoding: 'cp949', separator: ',' },
      },
      rows: { read: 6, rejected: 1, repeated: 0, accepted: 5 },
      counts: { total: 5, open: 0, named: 2, alreadyNamed: 1, notFound: 1, rejected: 0, unresolved: 1 },
      namedBy: {
        ...{ thisCorporation: 0, presumedThisCorporation: 0, otherCorporation: 1 },
        ...{ disputed: 0, presumedElsewhere: 0, elsewhere: 0 },
      },
      warnings: [{ line: 2, detail: 'bizLicenseNo has another check digit.' }],
      warningsLeftOut: 0,
      files: {
        results: `${place}results.csv`,
        rejectedRows: `${place}rejected-rows.csv`,
        summary: `${place}summary.json`,
      },
    });
    expect(steps).toHaveLength(5);
  });

  it('of a later edition leads to the rejected rows of the first', () => {
    expect(shown(aSummary({ upload: anUpload({ edition: 2 }) }))['files']).toEqual({
      results: `${place}edition-2/results.csv`,
      rejectedRows: `${place}rejected-rows.csv`,
      summary: `${place}edition-2/summary.json`,
    });
  });

  it('of a file that could not be read tells why, and leads to no list that is not there', () => {
    const failure = { reason: 'no_header', detail: 'The file has no header.' };
    const progress = { rowsRead: 20_000, rowsRejected: 3, rowsRepeated: 0 };
    const upload = anUpload({ failure, progress, checkedAt: undefined, reading: undefined });
    const request = { ...aSummary().request, cardsTotal: 0, chunksTotal: 0 };
    const counts = { ...allNamed.counts, named: 0 };
    const refused = { ...aSummary({ upload, request, counts, namedBy: nobody, hasResults: false }) };
    expect(shown(refused)).toMatchObject({ failure, files: { summary: `${place}summary.json` } });
    expect(nextSteps(refused)).toEqual([
      'The file could not be read (no_header): The file has no header.',
      'No card of it was touched. Correct the file and upload it again.',
    ]);
  });
});

describe('what is to be done next', () => {
  const clean = anUpload({
    progress: { rowsRead: 5, rowsRejected: 0, rowsRepeated: 0 },
    reading: {
      bytes: 1,
      sha256: '',
      format: 'csv',
      compressed: false,
      encoding: 'utf-8',
      warnings: [],
      warningsLeftOut: 0,
    },
  });

  it('is nothing when every card is named', () => {
    expect(nextSteps(aSummary({ ...allNamed, upload: clean }))).toEqual([
      'Nothing: every row was accepted and every card is named.',
    ]);
  });

  it.each([
    [{ not_found: 1 }, '1 card is not known to KONA PLATE (not_found)'],
    [{ rejected: 2 }, '2 cards are refused by KONA PLATE (rejected)'],
    [{ unresolved: 3 }, `POST /v1/limit-increases/${aRequestId}/redrive`],
  ])('is told for cards of %j', (counts, step) => {
    const summary = aSummary({ ...allNamed, counts: { ...allNamed.counts, ...counts }, upload: clean });
    expect(nextSteps(summary)).toEqual([expect.stringContaining(step)]);
  });

  it.each(['other_corporation', 'disputed', 'presumed_elsewhere', 'elsewhere'])(
    'is told for cards whose naming is %s',
    (whose) => {
      const summary = aSummary({ ...allNamed, namedBy: { ...nobody, [whose]: 4 }, upload: clean });
      expect(nextSteps(summary)).toEqual([expect.stringMatching(`^4 cards are already named.*\\(${whose}\\)`)]);
    },
  );

  it('is told for rows that were rejected, that were repeats, and for numbers that look mistyped', () => {
    const progress = { rowsRead: 10, rowsRejected: 1, rowsRepeated: 4 };
    const steps = nextSteps(aSummary({ ...allNamed, upload: anUpload({ progress }) }));
    expect(steps).toEqual([
      expect.stringContaining('1 row was not accepted: rejected-rows.csv'),
      expect.stringContaining('4 rows were left out as repeats'),
      expect.stringContaining('1 warning about a number'),
    ]);
  });

  it('is told of one as of one, of several as of several', () => {
    const rows = (howMany: number) => ({ rowsRead: 10, rowsRejected: howMany, rowsRepeated: howMany });
    const stepsOf = (howMany: number) => {
      const counts = { named: 0, already_named: 0, not_found: howMany, rejected: howMany, unresolved: howMany };
      const elsewhere = { presumed_elsewhere: howMany, elsewhere: howMany };
      const namedBy = { ...nobody, other_corporation: howMany, disputed: howMany, ...elsewhere };
      return nextSteps(aSummary({ counts, namedBy, upload: { ...clean, progress: rows(howMany) } })).join('\n');
    };
    expect(stepsOf(1)).not.toMatch(/\b(these|them|they|are|were|rows(?!\.csv)|cards|PARs|repeats)\b/);
    expect(stepsOf(2)).not.toMatch(/\b(this row|it is|have it|it yourself|is|was|the card|PAR|a repeat)\b/);
  });

  it('after a dry run is to upload the file for good', () => {
    const object = { bucket: 'uploads', key: 'incoming/dry-run/a.csv', eTag: 'abc' };
    const summary = aSummary({ ...allNamed, upload: { ...clean, object, dryRun: true } });
    expect(nextSteps(summary)).toEqual([expect.stringContaining('upload the file as incoming/a.csv')]);
  });

  it('after a reading that broke off is to see what became of the cards that had been taken', () => {
    const failure = { reason: 'object_gone', detail: 'The object was deleted.' };
    expect(nextSteps(aSummary({ ...allNamed, upload: { ...clean, failure } }))).toEqual([
      'The file could not be read (object_gone): The object was deleted.',
      '5 cards had been taken from it before: results.csv tells what became of them. Upload a file of the others.',
    ]);
  });
});
