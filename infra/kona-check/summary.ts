import { type CaseResult, cases } from './verdict.ts';

/** One line per case: what the page promises, what came, the verdict. */
export function summaryLines(results: readonly CaseResult[]): string[] {
  const rows = [['case', 'promised', 'answered', 'reading', 'verdict'], ...results.map(rowOf)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function rowOf(result: CaseResult): string[] {
  const { title, httpStatus, code } = cases[result.name];
  const promised = `${httpStatus} ${code}`;
  if ('leftOut' in result) return [title, promised, '-', '-', `left out: ${result.leftOut}`];
  const { recorded } = result.call;
  const answered = [recorded.httpStatus ?? 'no answer', recorded.code ?? ''].join(' ').trim();
  const detail = result.differences.length > 0 ? `: ${result.differences.join(', ')}` : '';
  return [title, promised, answered, recorded.reading ?? recorded.name, `${result.verdict}${detail}`];
}
