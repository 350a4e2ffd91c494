import { parseArgs } from 'node:util';
import { ConfigError } from '../../shared/config/config-error.ts';
import { type GatewaySettings, readSettings } from '../../shared/config/settings.ts';
import type { Corporation, Par } from '../../shared/limit-increase/terms.ts';
import { readCorporation, readPar } from '../../shared/limit-increase/text-rules.ts';
import { masked } from '../../shared/observability/masked.ts';
import { KonaCheckError, textOf } from './kona-check-error.ts';

/** What the operator asked for. Paths as they were given. */
export type Check = {
  /** As a deployment with the same settings has them. */
  readonly settings: GatewaySettings;
  readonly secretFile: string;
  readonly corporation: Corporation;
  /** The card that is named. */
  readonly par: Par;
  readonly unknownPar?: Par | undefined;
  readonly namedPar?: Par | undefined;
  /** `--yes` */
  readonly isConfirmed: boolean;
};

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const options = {
  'base-url': text,
  'secret-file': text,
  par: text,
  'unknown-par': text,
  'named-par': text,
  'corporation-name': text,
  'biz-license-no': text,
  'registration-number': text,
  'affiliate-id': text,
  'time-zone': { ...text, default: 'KST' },
  'timeout-ms': { ...text, default: '10000' },
  'message-encryption': flag,
  context: { ...text, short: 'c', multiple: true, default: [] as string[] },
  yes: flag,
  help: { ...flag, short: 'h' },
} as const;

type Values = ReturnType<typeof parsed>;

/** @throws KonaCheckError with every fault at once. */
export function readCommandLine(args: readonly string[]): Check | 'help' {
  const values = parsed(args);
  if (values.help) return 'help';
  const faults: string[] = [];
  const settings = settingsOf(values, faults);
  const corporation = corporationOf(values, faults);
  const secretFile = values['secret-file'];
  if (!secretFile)
    faults.push('--secret-file is missing: give the path of a JSON file with aspId, accessKey, secretKey.');
  if (values.par === undefined)
    faults.push('--par is missing: give a card of 27 characters that KONA gave you for tests; the call names it.');
  const par = parOf('par', values, faults);
  const unknownPar = parOf('unknown-par', values, faults);
  const namedPar = parOf('named-par', values, faults);
  if (par !== undefined && namedPar === par) faults.push('--named-par: is the card of --par; leave it out.');
  if (unknownPar !== undefined && [par, namedPar].includes(unknownPar))
    faults.push('--unknown-par: is the card of another option; give a PAR that KONA PLATE does not know.');
  if (faults.length > 0 || !settings || !corporation || !secretFile || !par) throw new KonaCheckError(faults);
  return { settings, secretFile, corporation, par, unknownPar, namedPar, isConfirmed: values.yes };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new KonaCheckError([masked(textOf(error))]);
  }
}

const optionOf: Readonly<Record<string, string>> = {
  konaBaseUrl: '--base-url',
  konaTimeZone: '--time-zone',
  konaTimeoutMs: '--timeout-ms',
  corporationName: '--corporation-name',
  bizLicenseNo: '--biz-license-no',
  registrationNumber: '--registration-number',
  affiliateId: '--affiliate-id',
};

/** Those that change how an answer is read. */
const readingSettings = ['konaSuccessMessages', 'konaRefusalMessages', 'konaRefusalCodes'];

/** The gateway's own rules for settings, so that what is accepted here can be deployed. */
function settingsOf(values: Values, faults: string[]): GatewaySettings | undefined {
  const baseUrl = values['base-url'];
  if (baseUrl === undefined)
    faults.push(
      '--base-url is missing: KONA tells it by contract, for example https://sandbox.konaplate.com/open-api.',
    );
  const timeoutMs = values['timeout-ms'];
  const context = {
    ...contextOf(values.context, faults),
    konaBaseUrl: baseUrl ?? 'https://missing.invalid',
    konaTimeZone: values['time-zone'],
    konaTimeoutMs: timeoutMs,
    // No longer than the whole call.
    ...(Number(timeoutMs) < 3_000 && { konaConnectTimeoutMs: timeoutMs }),
    konaMessageEncryption: String(values['message-encryption']),
  };
  try {
    return readSettings(context);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { key, detail } of error.faults) {
      if (key !== 'konaConnectTimeoutMs') faults.push(`${optionOf[key] ?? `-c ${key}`}: ${detail}`);
    }
    return undefined;
  }
}

function contextOf(pairs: readonly string[], faults: string[]): Record<string, string> {
  const context: Record<string, string> = {};
  for (const pair of pairs) {
    const [key = '', ...value] = pair.split('=');
    if (!readingSettings.includes(key)) faults.push(`-c ${key}: only ${readingSettings.join(', ')} can be given so.`);
    else context[key] = value.join('=');
  }
  return context;
}

const requiredFields = ['corporationName', 'bizLicenseNo', 'registrationNumber'];

function corporationOf(values: Values, faults: string[]): Corporation | undefined {
  const given = new Map<string, unknown>();
  const give = (field: string, value: string | undefined) => value !== undefined && given.set(field, value);
  give('corporationName', values['corporation-name']);
  give('bizLicenseNo', values['biz-license-no']);
  give('registrationNumber', values['registration-number']);
  give('affiliateId', values['affiliate-id']);
  return readCorporation(given, (field, detail) => {
    const option = optionOf[field] ?? field;
    const isMissing = requiredFields.includes(field) && !given.has(field);
    faults.push(
      isMissing
        ? `${option} is missing: KONA's page requires ${field}; give it as the card's corporation is registered.`
        : `${option}: ${detail}`,
    );
    return undefined;
  });
}

function parOf(option: 'par' | 'unknown-par' | 'named-par', values: Values, faults: string[]): Par | undefined {
  const value = values[option];
  if (value === undefined) return undefined;
  return readPar(value, (_, detail) => {
    faults.push(`--${option}: ${detail}`);
    return undefined;
  });
}
