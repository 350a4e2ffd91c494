import { describe, expect, it } from 'vitest';
import { exitCodeOf, verdictLines } from '../../../submit/verdict.ts';
import { aReported } from './builders.ts';

const clean = { rowsRead: 3, rowsRepeated: 1 };
const failure = { reason: 'no_header', detail: 'The file has no header.' };

describe('the exit code', () => {
  it.each([
    ['every card is named, already named or not found', { counts: { named: 1, alreadyNamed: 1, notFound: 1 } }, 0],
    ['a row only repeats another', { progress: clean }, 0],
    ['a row was rejected', { progress: { ...clean, rowsRejected: 1 } }, 2],
    ['a card was rejected', { counts: { rejected: 1 } }, 2],
    ['a card is unresolved', { counts: { unresolved: 1 } }, 2],
    ['the file could not be read', { upload: { failure } }, 1],
    ['the file could not be read to its end', { upload: { failure }, counts: { unresolved: 1 } }, 1],
  ])('says so when %s', (_, over, code) => {
    expect(exitCodeOf(aReported(over))).toBe(code);
  });
});

describe('the verdict', () => {
  it('tells rows, cards and the limit increase', () => {
    const progress = { rowsRead: 1_010, rowsRejected: 8, rowsRepeated: 2 };
    const counts = { total: 1_000, named: 990, notFound: 6, rejected: 4 };
    expect(verdictLines(aReported({ progress, counts }))).toEqual([
      '1,010 rows read, 8 rejected, 2 repeated',
      'Cards: 990 named, 6 not found, 4 rejected',
      'Limit increase 7ZK3Q2M5X4C6V8B9N0A1S2D3F4',
    ]);
  });

  it('says of a dry run that no card was touched', () => {
    expect(verdictLines(aReported({ progress: clean, upload: { dryRun: true } }))[1]).toBe(
      '2 could be asked for; only checked, no card was touched',
    );
  });

  it('says why a file could not be read, and what had become of its cards by then', () => {
    expect(verdictLines(aReported({ upload: { failure } }))[0]).toBe('It cannot be read: The file has no header.');
    const halfWay = aReported({ upload: { failure }, counts: { total: 100, named: 100 } });
    expect(verdictLines(halfWay)[1]).toBe('Cards: 100 named');
  });
});
