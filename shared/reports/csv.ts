import { stringify } from 'csv-stringify/sync';
import { spreadsheetCell } from './spreadsheet-cell.ts';

// How every list is written: UTF-8 with a BOM, without which Excel takes Korean for something else, CRLF, RFC 4180.

export const csvType = 'text/csv; charset=utf-8';

/** The beginning of a list: the BOM and the names of its columns. */
export const csvHead = (columns: readonly string[]): string => `\uFEFF${csvLines([columns])}`;

/** Rows of cells as lines; no cell is one that a spreadsheet would run. */
export const csvLines = (rows: readonly (readonly string[])[]): string =>
  stringify([...rows], {
    record_delimiter: 'windows',
    quote_record_delimiter: true,
    cast: { string: spreadsheetCell },
  });
