import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvHead, csvLines } from '../../../shared/reports/csv.ts';
import { type RejectedRow, rejectedRowsCsv } from '../../../shared/reports/rejected-rows-csv.ts';
import { spreadsheetCell, textOfCell } from '../../../shared/reports/spreadsheet-cell.ts';

const { FC_SEED: seed } = process.env;
const replay = seed === undefined ? {} : { seed: Number(seed) };

const formulaSigns = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];
const texts = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...formulaSigns, "'", '"', ',', ';', ' ', '코'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

describe('a cell', () => {
  // failures: F060
  it.each(formulaSigns)('that begins with %j is not one that a spreadsheet runs', (sign) => {
    expect(spreadsheetCell(`${sign}1+1`)).toBe(`'${sign}1+1`);
  });

  it.each(['주식회사 코나', '000170000000001', "it's", "'quoted'", '1-2', '', ' =1'])(
    'is left as it is when it is %j',
    (text) => {
      expect(spreadsheetCell(text)).toBe(text);
    },
  );

  it('stands for its text, whatever it is', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(textOfCell(spreadsheetCell(text))).toBe(text);
      }),
      replay,
    );
  });
});

describe('a list', () => {
  it('begins with a BOM and the names of its columns, and ends its lines as spreadsheets do', () => {
    expect(csvHead(['line', 'reasons']) + csvLines([['2', 'a "b", c']])).toBe(
      '\uFEFFline,reasons\r\n2,"a ""b"", c"\r\n',
    );
  });

  // failures: F060
  it('reads back as it was, and no cell of it begins as a formula does', () => {
    const lists = fc.integer({ min: 1, max: 4 }).chain((columns) => {
      const row = fc.array(texts, { minLength: columns, maxLength: columns });
      return fc.record({ names: row, rows: fc.array(row, { maxLength: 5 }) });
    });
    fc.assert(
      fc.property(lists, ({ names, rows }) => {
        const file = Buffer.from(csvHead(names) + csvLines(rows));
        const cells: string[][] = parse(file, { bom: true, skipEmptyLines: false, relax_column_count: true });
        expect(cells.flat().filter((cell) => /^[=+\-@＝＋－＠\t\r\n]/.test(cell))).toEqual([]);
        expect(cells.map((row) => row.map(textOfCell))).toEqual([names, ...rows]);
      }),
      replay,
    );
  });
});

describe('the rows that were rejected', () => {
  const listed = async (row: RejectedRow): Promise<string[][]> => {
    async function* rows() {
      yield [row];
    }
    let csv = '';
    for await (const text of rejectedRowsCsv(rows())) csv += text;
    return parse(csv, { bom: true });
  };

  it('are listed with every reason', async () => {
    const reasons = ['par: is missing', 'must be a text; it is a number'];
    expect(await listed({ line: 7, reasons })).toEqual([
      ['line', 'reasons'],
      ['7', 'par: is missing; must be a text; it is a number'],
    ]);
  });

  it('have no more reasons than a cell of Excel has room for, and tell how many more there are', async () => {
    const reasons = Array.from({ length: 1_000 }, (_, index) => `parList/${index}: must be a text of 27 characters`);
    const [, [, cell = ''] = []] = await listed({ line: 7, reasons });
    expect(cell.length).toBeLessThan(32_767);
    const [, told, more] = /^(.*); and (\d+) more$/.exec(cell) ?? [];
    expect((told ?? '').split('; ').length + Number(more)).toBe(1_000);
  });
});
