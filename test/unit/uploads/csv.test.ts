import { describe, expect, it } from 'vitest';
import { aPar } from '../../support/builders.ts';
import { givenFile, goodRow, header, reasonOf, refusals, seen, takenLines } from './given-file.ts';

const csv = (...lines: string[]) => givenFile('incoming/cards.csv', lines.join('\n'));
const fullName = '주식회사 코나';

describe('the columns of a CSV file', () => {
  // failures: F045
  it('may stand in any order and in any case, affiliateId may be left out', async () => {
    const { checked } = await seen(
      csv('PAR, registrationnumber ,BizLicenseNo,corporationName', `${aPar(1)},1101110062432,1168200276,${fullName}`),
    );
    expect(checked).toMatchObject({ readable: true, progress: { rowsRead: 1, rowsRejected: 0 } });
    expect(checked.readable && checked.cut.chunkAt(1)).toEqual({
      corporation: { corporationName: fullName, bizLicenseNo: '1168200276', registrationNumber: '1101110062432' },
      pars: [aPar(1)],
      lines: [2],
    });
  });

  it.each([
    ['lack one', 'corporationName,bizLicenseNo,par', 'lacks "registrationNumber"'],
    ['name one twice', `${header},par`, 'has "par" more than once'],
    ['name an unknown one', `${header},affiliate_id`, 'has the unknown "affiliate_id"'],
    // failures: F045
  ])('make the file unreadable if they %s', async (_, columns, said) => {
    const { checked } = await seen(csv(columns, goodRow(1)));
    expect(checked).toMatchObject({ readable: false, failure: { reason: 'wrong_columns' } });
    expect(checked.readable ? '' : checked.failure.detail).toContain(said);
  });

  it('may be followed by nameless ones, as long as their cells are empty', async () => {
    const file = await seen(csv(`${header},,`, `${goodRow(1)},,`, `${goodRow(2)},note,`));
    expect(takenLines(file)).toEqual([2]);
    expect(refusals(file)).toEqual({ 3: 'has a cell beyond the 5 columns of the header' });
  });

  // failures: F044
  it.each([',', ';', '\t'])('are separated by %j as the header shows', async (separator) => {
    const with_ = (line: string): string => line.replaceAll(',', separator);
    const { checked } = await seen(csv(with_(header), with_(goodRow(1))));
    expect(checked).toMatchObject({ readable: true, reading: { separator }, progress: { rowsRejected: 0 } });
  });
});

describe('the rows of a CSV file', () => {
  it.each([
    ['line feeds', '\n'],
    ['carriage returns and line feeds', '\r\n'],
    ['carriage returns alone', '\r'],
    // failures: F041
  ])('end in %s, the last one in nothing at all', async (_, end) => {
    const file = await seen(givenFile('a.csv', [header, goodRow(1), '', goodRow(2)].join(end)));
    expect(takenLines(file)).toEqual([2, 4]);
  });

  // failures: F042
  it('tell the line on which they begin, quoted line breaks before them or not', async () => {
    const broken = goodRow(1).replace(fullName, '"주식회사\r\n코나"');
    const file = await seen(givenFile('a.csv', [header, broken, goodRow(2)].join('\r\n')));
    expect(refusals(file)).toEqual({
      2: 'corporationName: must be a text of 1 to 80 characters; it holds a control character (U+000A)',
    });
    expect(takenLines(file)).toEqual([4]);
  });

  // failures: F042
  it('may hold quotes, separators and doubled quotes', async () => {
    const { checked } = await seen(csv(header, goodRow(1).replace(fullName, '"코나, ""K"" 주식회사"')));
    expect(checked.readable && checked.cut.chunkAt(1).corporation.corporationName).toBe('코나, "K" 주식회사');
  });

  // failures: F046
  it('are rejected each by itself, with every reason and no whole PAR', async () => {
    const file = await seen(csv(header, goodRow(1), `,12a,,too short,${aPar(2).slice(1)}`, 'alone', goodRow(3)));
    expect(takenLines(file)).toEqual([2, 5]);
    expect(refusals(file)[3]?.split('; ')).toHaveLength(10);
    expect(refusals(file)[3]).not.toContain(aPar(2).slice(1));
    expect(refusals(file)[4]).toContain('has 1 cells; the header has 5');
  });

  // failures: F046
  it('of empty cells are blank lines', async () => {
    const { checked } = await seen(csv(header, ',,,,', goodRow(1), ' , ,,,'));
    expect(checked).toMatchObject({ progress: { rowsRead: 1, rowsRejected: 0 } });
  });

  // failures: F049
  it('name the same card once for one corporation, and its repeat tells the first line', async () => {
    const file = await seen(csv(header, goodRow(1), goodRow(2), goodRow(1)));
    expect(file.checked).toMatchObject({ progress: { rowsRead: 3, rowsRejected: 0, rowsRepeated: 1 } });
    expect(refusals(file)).toEqual({ 4: 'par: the same card stands on line 2 already; it is taken once' });
  });

  // failures: F050
  it('name the same card for two corporations in vain: all of them are rejected, each naming another line', async () => {
    const other = goodRow(1).replace('1168200276', '1348672683');
    const file = await seen(csv(header, goodRow(1), goodRow(1), other, goodRow(2)));
    expect(file.checked).toMatchObject({ progress: { rowsRead: 4, rowsRejected: 3, rowsRepeated: 0 } });
    const of = (line: number): string =>
      `par: the same card stands for another corporation on line ${line}; none of both is taken`;
    expect(refusals(file)).toEqual({ 2: of(4), 3: of(4), 4: of(2) });
    expect(file.checked.readable && file.checked.cut).toMatchObject({ cardsTotal: 1, chunksTotal: 1 });
  });
});

describe('a line that is far too long', () => {
  const long = 'x'.repeat(2 ** 20);

  it.each([
    ['in a name', goodRow(2).replace('코나', long)],
    ['in a card', `${goodRow(2)}${long}`],
    ['beyond the columns', `${goodRow(2)},${long}`],
    ['of blanks before one cell too many', `${goodRow(2)},${' '.repeat(2 ** 20)},more`],
    ['with a quote before its length', `"주식회사", ${goodRow(2)}${long}`],
    ['in the midst of a quoted name of several lines', `"a\n${long}\nb"${goodRow(2)}`],
    // failures: F047
  ])('%s costs itself and no other', async (_, line) => {
    for (const sizes of [[65_536], [1_000], [2 ** 22]]) {
      const file = await seen(givenFile('a.csv', [header, goodRow(1), line, goodRow(3)].join('\n'), sizes));
      expect(file.checked).toMatchObject({ readable: true, progress: { rowsRead: 3, rowsRejected: 1 } });
      expect(takenLines(file)).toEqual([2, line.includes('\n') ? 6 : 4]);
    }
  });

  it('is taken if it is as long as an empty sheet is wide', async () => {
    const file = await seen(csv(header, `${goodRow(1)}${','.repeat(16_379)}`, goodRow(2)));
    expect(takenLines(file)).toEqual([2, 3]);
  });

  it('makes the file unreadable if nobody knows where it ends', async () => {
    const { checked } = await seen(csv(header, goodRow(1), `${goodRow(2)}${long}"`, goodRow(3)));
    expect(checked).toMatchObject({ readable: false, failure: { reason: 'row_without_end' } });
    expect(checked.readable ? '' : checked.failure.detail).toContain('From line 3 on');
  });
});

describe('a CSV file that nobody can read', () => {
  it.each([
    ['is empty', '', 'empty'],
    ['holds blank lines only', '\n\n \n', 'empty'],
    ['has a header only', `${header}\n`, 'no_rows'],
    ['opens a quote and never closes it', `${header}\n${goodRow(1)}\n"${goodRow(2)}`, 'row_without_end'],
    ['opens a quote and goes on for long', `${header}\n"${`${goodRow(2)}\n`.repeat(2_000)}`, 'row_without_end'],
    // failures: F048
  ])('%s', async (_, content, reason) => {
    expect(reasonOf(await seen(givenFile('a.csv', content)))).toBe(reason);
  });

  // failures: F043
  it('tells from which line on a quote was left open', async () => {
    const { checked } = await seen(csv(header, goodRow(1), `"${goodRow(2)}`, goodRow(3)));
    expect(checked.readable ? '' : checked.failure.detail).toContain('From line 3 on');
  });
});
