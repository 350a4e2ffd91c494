import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../../submit/command-line.ts';

describe('the command line', () => {
  it.each(['cards.csv', 'cards.CSV', '카드 목록.jsonl', 'a/b.csv.gz', './x.jsonl.GZ'])('takes %s', (file) => {
    expect(readCommandLine([file])).toMatchObject({ file, dryRun: false, stackName: undefined, out: undefined });
  });

  it('takes its options before the file and after it', () => {
    const asked = ['--dry-run', '--stack', 'Gateway', 'cards.csv', '--out=reports', '--profile', 'billing'];
    expect(readCommandLine(asked)).toEqual({
      ...{ file: 'cards.csv', dryRun: true, stackName: 'Gateway', profile: 'billing', out: 'reports' },
    });
  });

  it('shows its help whatever else is asked', () => {
    expect([readCommandLine(['--help']), readCommandLine(['x.pdf', '-h'])]).toEqual(['help', 'help']);
  });

  it.each([
    [[], 'Which file? None was named.'],
    [['a.csv', 'b.csv'], 'One file at a time, not 2.'],
    [['cards.xlsx'], 'cards.xlsx is none of .csv, .jsonl, .csv.gz and .jsonl.gz.'],
    [['cards.gz'], 'cards.gz is none of'],
    [['cards.csv', '--profile', 'billing'], '--profile goes with --stack'],
    [['cards.csv', '--dryrun'], "Unknown option '--dryrun'"],
    [['cards.csv', '--stack'], "'--stack <value>' argument missing"],
  ])('refuses %j, and says that nothing was uploaded', (args, detail) => {
    expect(() => readCommandLine(args)).toThrow(detail);
    expect(() => readCommandLine(args)).toThrow('Nothing was uploaded');
  });
});
