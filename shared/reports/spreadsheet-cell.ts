// A spreadsheet runs a cell that begins with one of these as a formula: an ASCII sign, its full-width twin, or a blank that
// it skips.
const formula = /^'*[=+\-@＝＋－＠\t\r\n]/;

/** The text as a cell that no spreadsheet runs: an apostrophe goes before what would be run. */
export const spreadsheetCell = (text: string): string => (formula.test(text) ? `'${text}` : text);

/** The text that such a cell stands for. */
export const textOfCell = (cell: string): string => (cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell);
