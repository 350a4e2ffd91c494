import { expect, it } from 'vitest';
import { ConfigError } from '../../../shared/config/config-error.ts';
import { readSettings } from '../../../shared/config/settings.ts';
import { timeZone } from '../../../shared/config/values.ts';
import { namedCardUrl } from '../../../shared/kona/endpoint.ts';
import { publishedCodes } from '../../../shared/kona/reading-table.ts';
import { timeZoneNamed } from '../../../shared/kona/transaction-time.ts';

const konaBaseUrl = 'https://kona.example/open-api';

function faultsOf(context: Record<string, unknown>): Record<string, string> {
  try {
    readSettings(context);
  } catch (error) {
    if (error instanceof ConfigError) return Object.fromEntries(error.faults.map(({ key, detail }) => [key, detail]));
    throw error;
  }
  return {};
}

it('asks for nothing but the address of KONA PLATE', () => {
  expect(readSettings({ konaBaseUrl })).toEqual({
    konaBaseUrl,
    konaSecretArn: undefined,
    konaSecretKeyArn: undefined,
    konaTimeZone: 'KST',
    konaConnectTimeoutMs: 3_000,
    konaTimeoutMs: 10_000,
    konaMaxParsPerCall: 100,
    konaConcurrency: 5,
    konaApiConcurrency: 10,
    konaApiParallelChunks: 2,
    reconcileConcurrency: 2,
    konaSuccessMessages: ['Success', '성공', '정상'],
    konaRefusalMessages: [],
    konaRefusalCodes: [],
    konaMessageEncryption: false,
    reconcileEveryMinutes: 1,
    backoffMs: [60_000, 120_000, 300_000, 900_000, 3_600_000],
    giveUpAfterHours: 72,
    retentionDays: 1827,
    logRetentionDays: 180,
    alarmEmail: undefined,
    dashboard: true,
    fixedEgressIp: false,
    trial: false,
  });
});

it('reads a setting the same, whether it comes as text from the command line or as JSON from cdk.json', () => {
  const texts = {
    konaBaseUrl,
    konaMaxParsPerCall: '1',
    konaSuccessMessages: '성공,완료',
    reconcileBackoffSeconds: '30, 60',
    trial: 'true',
  };
  const json = {
    konaBaseUrl,
    konaMaxParsPerCall: 1,
    konaSuccessMessages: ['성공', '완료'],
    reconcileBackoffSeconds: [30, 60],
    trial: true,
  };
  expect(readSettings(texts)).toEqual(readSettings(json));
  expect(readSettings(texts)).toMatchObject({
    konaMaxParsPerCall: 1,
    konaSuccessMessages: ['성공', '완료'],
    backoffMs: [30_000, 60_000],
    trial: true,
  });
});

it('tells every fault at once, by the key', () => {
  const faults = faultsOf({
    konaSecretArn: 'kona/plate',
    konaTimeZone: 'Asia/Seoul',
    konaTimeoutMs: '1e4',
    konaMaxParsPerCall: 101,
    konaConcurrency: 1,
    konaSuccessMessages: '["Success"',
    konaMessageEncryption: 'yes',
    reconcileBackoffSeconds: '60,,120',
    logRetentionDays: 100,
    alarmEmail: 'on-call',
    dashboard: 'no',
    fixedEgressIp: 'on',
    trial: '',
  });
  expect(Object.keys(faults)).toEqual([
    'konaBaseUrl',
    'konaSecretArn',
    'konaTimeZone',
    'konaTimeoutMs',
    'konaMaxParsPerCall',
    'konaConcurrency',
    'konaSuccessMessages',
    'konaMessageEncryption',
    'reconcileBackoffSeconds',
    'logRetentionDays',
    'alarmEmail',
    'dashboard',
    'fixedEgressIp',
    'trial',
  ]);
  expect(faults).toMatchObject({
    konaMaxParsPerCall: 'must be a whole number from 1 to 100',
    konaConcurrency: 'must be a whole number from 2 to 1000',
  });
});

it.each([
  ['http://kona.example'],
  ['ftp://kona.example'],
  ['kona.example/open-api'],
  ['https://user@kona.example'],
  ['https://:word@kona.example'],
  ['https://kona.example/open-api?x=1'],
  ['https://kona.example/#'],
  ['http://localhost.kona.example'],
  ['http://127.0.0.1.kona.example'],
  [''],
])('refuses %s as an address: a key travels there in a header', (address) => {
  expect(Object.keys(faultsOf({ konaBaseUrl: address }))).toEqual(['konaBaseUrl']);
});

it.each([
  ['https://kona.example/open-api/', 'https://kona.example/open-api'],
  ['https://kona.example//', 'https://kona.example'],
  ['http://127.0.0.1:8080/open-api', 'http://127.0.0.1:8080/open-api'],
  ['http://localhost:8080/', 'http://localhost:8080'],
  ['http://[::1]:8080', 'http://[::1]:8080'],
])('takes %s as %s, and the client builds on it', (written, address) => {
  expect(readSettings({ konaBaseUrl: written }).konaBaseUrl).toBe(address);
  expect(namedCardUrl(address).href).toBe(`${address}/api/v1/user/namedcard/corp`);
});

it.each(timeZone.options)('takes the time zone %s, and the client knows it', (konaTimeZone) => {
  expect(readSettings({ konaBaseUrl, konaTimeZone }).konaTimeZone).toBe(timeZoneNamed(konaTimeZone));
});

it('repeats no value in a fault: it may be a secret in the wrong place', () => {
  const canary = 'CANARY-5f2d';
  const keys = ['konaBaseUrl', 'konaSecretArn', 'konaTimeZone', 'konaTimeoutMs', 'trial', 'reconcileBackoffSeconds'];
  const context = { ...Object.fromEntries(keys.map((key) => [key, canary])), konaSuccessMessages: `["${canary}` };
  expect(Object.keys(faultsOf(context))).toHaveLength(keys.length + 1);
  expect(JSON.stringify(faultsOf(context))).not.toContain(canary);
});

it('refuses a key that looks like ours and is none, so that a slip does not leave a default in force', () => {
  expect(faultsOf({ konaBaseUrl, konaTimeOutMs: 5_000 })).toEqual({ konaTimeOutMs: 'is not a setting' });
  expect(Object.keys(faultsOf({ konaBaseUrl, alarmMail: 'a@b.example', fixedEgressIP: true }))).toEqual([
    'alarmMail',
    'fixedEgressIP',
  ]);
  const slips = [
    'Trial',
    'trail',
    'trails',
    'trialRun',
    'RetentionDays',
    'retentiondays',
    'retainDays',
    'logRetention',
  ];
  const more = ['logsRetentionDays', 'LogRetentionDays', 'egressIp', 'fixedIp', 'reconsileEveryMinutes', 'KONABASEURL'];
  for (const slip of [...slips, ...more])
    expect(faultsOf({ konaBaseUrl, [slip]: 'true' })).toEqual({ [slip]: 'is not a setting' });
  expect(faultsOf({ konaBaseUrl, '@aws-cdk/core:anything': true, somethingElse: 1, 'retention:account=1': 1 })).toEqual(
    {},
  );
});

it.each([
  [{ konaApiConcurrency: 2, konaApiParallelChunks: 3 }, 'konaApiConcurrency'],
  [{ konaConnectTimeoutMs: 6_000, konaTimeoutMs: 5_000 }, 'konaConnectTimeoutMs'],
  [{ konaSecretKeyArn: 'arn:aws:kms:ap-northeast-2:111122223333:key/1' }, 'konaSecretKeyArn'],
])('refuses settings that contradict each other: %o', (settings, key) => {
  expect(Object.keys(faultsOf({ konaBaseUrl, ...settings }))).toEqual([key]);
});

it.each([
  ['', []],
  ['[]', []],
  [[], []],
  ['003_099', ['003_099']],
  ['003_099, 900_001', ['003_099', '900_001']],
  [['003_099'], ['003_099']],
])('takes %j for the codes and texts of refusal beside the published ones', (written, words) => {
  const settings = readSettings({ konaBaseUrl, konaRefusalCodes: written, konaRefusalMessages: written });
  expect(settings).toMatchObject({ konaRefusalCodes: words, konaRefusalMessages: words });
});

it.each(['003_099,', '["003_099"', '[""]'])('refuses %j as codes or texts of refusal', (written) => {
  const faults = faultsOf({ konaBaseUrl, konaRefusalCodes: written, konaRefusalMessages: written });
  expect(Object.keys(faults)).toEqual(['konaRefusalMessages', 'konaRefusalCodes']);
});

it.each([...publishedCodes])('refuses %s as a code of refusal: its meaning is published', (code) => {
  expect(faultsOf({ konaBaseUrl, konaRefusalCodes: `003_099,${code}` })).toEqual({
    konaRefusalCodes: `must not hold a code whose meaning is published: ${code}`,
  });
});

it.each([1, 29])(
  'keeps nothing for %i days only: time to live would delete cards that are still open',
  (retentionDays) => {
    const { retentionDays: fault } = faultsOf({ konaBaseUrl, retentionDays });
    expect(fault).toMatch(/^must be a whole number from 30 to 36500: .*open work/);
    expect(readSettings({ konaBaseUrl, retentionDays: '30' }).retentionDays).toBe(30);
  },
);
