import type { ReportSummary } from '../limit-increase/write-report.ts';

/** What a person has to do now, a sentence each; never empty. */
export function nextSteps(summary: ReportSummary): string[] {
  const { failure } = summary.upload;
  const steps = [...stepsOfFailure(summary), ...stepsOfRows(summary), ...stepsOfCards(summary)];
  if (steps.length > 0 || failure !== undefined) return steps;
  return ['Nothing: every row was accepted and every card is named.'];
}

function stepsOfFailure({ request, upload }: ReportSummary): string[] {
  const { failure, dryRun } = upload;
  if (failure === undefined) return dryRun ? [dryRunStep(upload.object.key)] : [];
  const first = `The file could not be read (${failure.reason}): ${failure.detail}`;
  const cards = request.cardsTotal;
  return cards === 0
    ? [first, 'No card of it was touched. Correct the file and upload it again.']
    : [
        first,
        `${count(cards, 'card')} had been taken from it before: results.csv tells what became of ${them(cards)}. Upload a file of the others.`,
      ];
}

const dryRunStep = (key: string): string =>
  `This was a dry run: no card was touched. To raise the limits, upload the file as ${key.replace('/dry-run/', '/')}.`;

function stepsOfRows({ upload: { progress, reading, checkedAt } }: ReportSummary): string[] {
  if (checkedAt === undefined) return [];
  const { rowsRejected, rowsRepeated } = progress;
  const warnings = (reading?.warnings.length ?? 0) + (reading?.warningsLeftOut ?? 0);
  return stepsFor([
    [
      rowsRejected,
      `${rowsOf(rowsRejected)} not accepted: rejected-rows.csv tells the line and every reason. Correct ${them(rowsRejected)} and upload a file of ${theseRows(rowsRejected)} alone.`,
    ],
    [
      rowsRepeated,
      `${rowsOf(rowsRepeated)} left out as ${rowsRepeated === 1 ? 'a repeat' : 'repeats'} of an earlier row: nothing has to be done.`,
    ],
    [
      warnings,
      `${count(warnings, 'warning')} about ${warnings === 1 ? 'a number that looks' : 'numbers that look'} mistyped: see "warnings", and compare.`,
    ],
  ]);
}

function stepsOfCards({ request, counts, namedBy }: ReportSummary): string[] {
  const { not_found, rejected, unresolved } = counts;
  const { other_corporation, disputed, presumed_elsewhere, elsewhere } = namedBy;
  const redrive = `POST /v1/limit-increases/${request.requestId}/redrive`;
  return stepsFor([
    [
      not_found,
      `${cardsOf(not_found)} not known to KONA PLATE (not_found): check the ${plural(not_found, 'PAR')} with whoever issued the ${plural(not_found, 'card')}.`,
    ],
    [
      rejected,
      `${cardsOf(rejected)} refused by KONA PLATE (rejected): code and message tell why. Correct and upload ${theseRows(rejected)} alone.`,
    ],
    [
      unresolved,
      `${cardsOf(unresolved)} unresolved: nobody knows whether ${theyAre(unresolved)} named. When KONA PLATE answers again, have ${them(unresolved)} asked for once more: ${redrive}. It makes a new edition of this report.`,
    ],
    [
      other_corporation,
      `${cardsOf(other_corporation)} already named for another corporation (other_corporation): find out whose ${theyAre(other_corporation)} before anything else.`,
    ],
    [
      disputed,
      `${cardsOf(disputed)} already named, and a call for another corporation may have done it (disputed): ask KONA whose ${theyAre(disputed)}.`,
    ],
    [
      presumed_elsewhere,
      `${cardsOf(presumed_elsewhere)} already named, and most likely not by this gateway (presumed_elsewhere): ask KONA whose ${theyAre(presumed_elsewhere)} if you did not name ${them(presumed_elsewhere)} yourself.`,
    ],
    [
      elsewhere,
      `${cardsOf(elsewhere)} already named, not by this gateway (elsewhere): ask KONA whose ${theyAre(elsewhere)} if you did not name ${them(elsewhere)} yourself.`,
    ],
  ]);
}

const stepsFor = (steps: readonly (readonly [count: number, step: string])[]): string[] =>
  steps.flatMap(([howMany, step]) => (howMany > 0 ? [step] : []));

const plural = (howMany: number, what: string): string => (howMany === 1 ? what : `${what}s`);
const count = (howMany: number, what: string): string => `${howMany} ${plural(howMany, what)}`;
const rowsOf = (howMany: number): string => `${count(howMany, 'row')} ${howMany === 1 ? 'was' : 'were'}`;
const cardsOf = (howMany: number): string => `${count(howMany, 'card')} ${howMany === 1 ? 'is' : 'are'}`;
const theseRows = (howMany: number): string => (howMany === 1 ? 'this row' : 'these rows');
const theyAre = (howMany: number): string => (howMany === 1 ? 'it is' : 'they are');
const them = (howMany: number): string => (howMany === 1 ? 'it' : 'them');
