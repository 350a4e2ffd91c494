import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../../infra/kona-check/command-line.ts';
import { KonaCheckError } from '../../../infra/kona-check/kona-check-error.ts';
import { aPar } from '../../support/builders.ts';

const required = [
  ...['--base-url', 'https://sandbox.konaplate.com/open-api/', '--secret-file', 'kona-secret.json', '--par', aPar(1)],
  ...['--corporation-name', '주식회사 코나', '--biz-license-no', '116-82-00276'],
  ...['--registration-number', '110111-0062432'],
];

/** All but this option and its value. */
const without = (option: string): string[] => required.toSpliced(required.indexOf(option), 2);

function refusal(args: readonly string[]): string {
  try {
    readCommandLine(args);
  } catch (error) {
    if (error instanceof KonaCheckError) return error.message;
    throw error;
  }
  throw new Error('the command line was accepted');
}

describe('the command line of kona-check', () => {
  it('takes the required options, with defaults for the others', () => {
    expect(readCommandLine(required)).toMatchObject({
      secretFile: 'kona-secret.json',
      par: aPar(1),
      unknownPar: undefined,
      namedPar: undefined,
      isConfirmed: false,
      corporation: {
        corporationName: '주식회사 코나',
        bizLicenseNo: '1168200276',
        registrationNumber: '1101110062432',
      },
      settings: {
        konaBaseUrl: 'https://sandbox.konaplate.com/open-api',
        konaTimeZone: 'KST',
        konaTimeoutMs: 10_000,
        konaMessageEncryption: false,
        konaSuccessMessages: ['Success', '성공', '정상'],
      },
    });
  });

  it('takes every other option', () => {
    const more = ['--unknown-par', aPar(2), '--named-par', aPar(3), '--affiliate-id', '000170000000001', '--yes'];
    const settings = ['--time-zone', 'UTC', '--timeout-ms', '1500', '--message-encryption'];
    const context = ['-c', 'konaSuccessMessages=["a=b"]', '-c', 'konaRefusalCodes=003_777'];

    expect(readCommandLine([...required, ...more, ...settings, ...context])).toMatchObject({
      unknownPar: aPar(2),
      namedPar: aPar(3),
      isConfirmed: true,
      corporation: { affiliateId: '000170000000001' },
      settings: {
        konaTimeZone: 'UTC',
        konaTimeoutMs: 1_500,
        konaConnectTimeoutMs: 1_500,
        konaMessageEncryption: true,
        konaSuccessMessages: ['a=b'],
        konaRefusalCodes: ['003_777'],
      },
    });
  });

  it('shows its help whatever else is asked', () => {
    expect([readCommandLine(['--help']), readCommandLine(['-h', '--par', 'x'])]).toEqual(['help', 'help']);
  });

  it.each([
    ['--base-url', '--base-url is missing'],
    ['--secret-file', '--secret-file is missing'],
    ['--par', '--par is missing'],
    ['--corporation-name', "--corporation-name is missing: KONA's page requires corporationName"],
    ['--biz-license-no', "--biz-license-no is missing: KONA's page requires bizLicenseNo"],
    ['--registration-number', "--registration-number is missing: KONA's page requires registrationNumber"],
  ])('names %s when it is missing, alone', (option, detail) => {
    const faults = refusal(without(option)).split('\n');

    expect(faults).toHaveLength(2);
    expect(faults[0]).toContain(detail);
    expect(faults[1]).toContain('No card was sent.');
  });

  it('names all faults at once', () => {
    expect(refusal([]).split('\n')).toHaveLength(7);
  });

  it.each([
    [['--par', 'Q1'], '--par: must be a text of 27 characters, each 0-9 or A-Z; it has 2 characters'],
    [['--unknown-par', aPar(2).toLowerCase()], '--unknown-par: must be a text of 27 characters'],
    [['--unknown-par', aPar(1)], '--unknown-par: is the card of another option'],
    [['--named-par', aPar(1)], '--named-par: is the card of --par; leave it out'],
    [['--named-par', aPar(3), '--unknown-par', aPar(3)], '--unknown-par: is the card of another option'],
    [['--biz-license-no', '116–82–00276'], '--biz-license-no: must be a text of 1 to 10 digits'],
    [['--affiliate-id', '17'], '--affiliate-id: must be a text of exactly 15 characters'],
    [['--base-url', 'http://sandbox.konaplate.com'], '--base-url: must be an https URL'],
    [['--time-zone', 'Seoul'], '--time-zone: must be one of UTC'],
    [['--timeout-ms', '50'], '--timeout-ms: must be a whole number from 1000 to 20000'],
    [['--timeout-ms', 'soon'], '--timeout-ms: must be a whole number from 1000 to 20000'],
    [['-c', 'konaBaseUrl=https://x.y'], '-c konaBaseUrl: only konaSuccessMessages'],
    [['-c', 'konaRefusalCodes=003_050'], '-c konaRefusalCodes: must not hold a code whose meaning is published'],
    [['--pars', 'x'], "Unknown option '--pars'"],
    [['--named-par'], "'--named-par <value>' argument missing"],
  ])('refuses %j', (args, detail) => {
    expect(refusal([...required, ...args])).toContain(detail);
  });

  it('prints no whole PAR in an error', () => {
    expect(refusal([...required, aPar(7)])).not.toContain(aPar(7));
  });
});
