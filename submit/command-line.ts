import { parseArgs } from 'node:util';
import { SubmitFault, textOf } from './fault.ts';

/** What was asked for. Paths as they were given. */
export type Submission = {
  readonly file: string;
  /** Only check the file. */
  readonly dryRun: boolean;
  /** Of CloudFormation; absent: the local cloud. */
  readonly stackName?: string | undefined;
  /** Of the AWS configuration. */
  readonly profile?: string | undefined;
  /** Where the reports go; absent: beside the file. */
  readonly out?: string | undefined;
};

export const help = `npm run submit -- FILE [--stack NAME [--profile NAME]] [--out DIR] [--dry-run]

Uploads a file of cards, follows it until every card is final, and leaves the reports beside it, as
FILE.results.csv, FILE.rejected-rows.csv (if rows were rejected or repeated) and FILE.summary.json.

  FILE            .csv or .jsonl, or either with .gz
  --stack NAME    a deployed stack, by its CloudFormation name; credentials and region as the AWS CLI
                  finds them. Without it: the local cloud, which npm start brings up
  --profile NAME  of your AWS configuration; else AWS_PROFILE or the default one
  --out DIR       where the reports go instead
  --dry-run       only checks the file: no card is touched
  --help          this text

Exit code:
  0  every row was taken, and every card is named, already_named or not_found (a dry run: every row is well formed)
  2  some rows were rejected, or some cards ended rejected or unresolved; the reports say which. A row that
     repeats a card of the same corporation is not counted
  1  a fault: the file cannot be read, the stack cannot be reached, or the command is wrong
  130  Ctrl-C; once it is uploaded the file goes on without you`;

/** @throws SubmitFault if it is not as `help` says. */
export function readCommandLine(args: readonly string[]): Submission | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  const [file, ...more] = positionals;
  if (file === undefined) throw wrong('Which file? None was named.');
  if (more.length > 0) throw wrong(`One file at a time, not ${positionals.length}.`);
  if (!/\.(csv|jsonl)(\.gz)?$/i.test(file)) throw wrong(`${file} is none of .csv, .jsonl, .csv.gz and .jsonl.gz.`);
  const { stack: stackName, profile, out } = values;
  if (profile !== undefined && stackName === undefined)
    throw wrong('--profile goes with --stack: the local cloud knows no profiles.');
  return { file, dryRun: values['dry-run'], stackName, profile, out };
}

function parsed(args: readonly string[]) {
  const name = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { stack: name, profile: name, out: name, 'dry-run': flag, help: { ...flag, short: 'h' } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw wrong(textOf(error));
  }
}

const wrong = (detail: string) => new SubmitFault(`${detail} Nothing was uploaded; see npm run submit -- --help.`);
