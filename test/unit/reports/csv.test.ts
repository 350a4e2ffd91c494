import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvHead, csvLines } from '../../../shared/reports/csv.ts';
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
