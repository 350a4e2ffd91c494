import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ConfigError } from '../../../shared/config/config-error.ts';
import {
  ingestUploadEnvironment,
  loadIngestUploadConfig,
  loadQueryLedgerConfig,
  loadReconcileConfig,
  loadRequestLimitIncreaseConfig,
  loadSettleChunkConfig,
  loadWriteReportConfig,
  queryLedgerEnvironment,
  type ReconcileConfig,
  reconcileEnvironment,
  requestLimitIncreaseEnvironment,
  settleChunkEnvironment,
  writeReportEnvironment,
} from '../../../shared/config/environment.ts';

const { FC_SEED: seed } = process.env;
const replay = seed === undefined ? {} : { seed: Number(seed) };

const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text === text.trim() && text !== '');
const callingKona = {
  tableName: word,
  serviceName: word,
  metricsNamespace: word,
  logLevel: fc.constantFrom('DEBUG', 'INFO', 'WARN', 'ERROR'),
  konaBaseUrl: fc.webUrl({ validSchemes: ['https'] }).map((url) => url.replace(/\/+$/, '')),
  konaSecretId: word,
  konaTimeZone: fc.constantFrom('KST', 'UTC', 'JST'),
  konaConnectTimeoutMs: fc.integer({ min: 100, max: 10_000 }),
  konaTimeoutMs: fc.integer({ min: 1_000, max: 20_000 }),
  konaMaxParsPerCall: fc.integer({ min: 1, max: 100 }),
  konaSuccessMessages: fc.array(word, { minLength: 1 }),
  konaRefusalMessages: fc.array(word),
  konaRefusalCodes: fc.array(word),
  konaMessageEncryption: fc.boolean(),
  backoffMs: fc.array(
    fc.integer({ min: 1, max: 86_400 }).map((seconds) => seconds * 1_000),
    { minLength: 1, maxLength: 20 },
  ),
  giveUpAfterHours: fc.integer({ min: 1, max: 8_760 }),
} as const;
const retentionDays = fc.integer({ min: 30, max: 36_500 });
const [uploadsQueueUrl, chunksQueueUrl, reportsQueueUrl] = [word, word, word];
const { tableName, serviceName, metricsNamespace, logLevel } = callingKona;
const withFiles = { tableName, serviceName, metricsNamespace, logLevel, uploadsBucket: word };
const reconcileConfig = fc.record({
  ...callingKona,
  uploadsQueueUrl,
  chunksQueueUrl,
  reportsQueueUrl,
  reconcileConcurrency: fc.integer({ min: 1, max: 50 }),
});
const ingestConfig = fc.record({ ...withFiles, retentionDays, chunksQueueUrl, reportsQueueUrl });
const settleConfig = fc.record({ ...callingKona, reportsQueueUrl });
const postConfig = fc.record({ ...callingKona, retentionDays, parallelChunks: fc.integer({ min: 1, max: 10 }) });

const config: ReconcileConfig = {
  tableName: 'Ledger',
  serviceName: 'reconcile',
  metricsNamespace: 'Gateway',
  logLevel: 'INFO',
  konaBaseUrl: 'https://kona.example',
  konaSecretId: 'kona/plate',
  konaTimeZone: 'KST',
  konaConnectTimeoutMs: 3_000,
  konaTimeoutMs: 10_000,
  konaMaxParsPerCall: 100,
  konaSuccessMessages: ['Success', '성공, 정상'],
  konaRefusalMessages: ['거절'],
  konaRefusalCodes: [],
  konaMessageEncryption: false,
  backoffMs: [60_000, 120_000],
  giveUpAfterHours: 72,
  reconcileConcurrency: 2,
  uploadsQueueUrl: 'https://sqs.example/uploads',
  chunksQueueUrl: 'https://sqs.example/chunks',
  reportsQueueUrl: 'https://sqs.example/reports',
};

it('lets each function read back exactly what the stack wrote', () => {
  fc.assert(
    fc.property(reconcileConfig, postConfig, (reconcile, post) => {
      expect(loadReconcileConfig(reconcileEnvironment(reconcile))).toEqual(reconcile);
      expect(loadRequestLimitIncreaseConfig(requestLimitIncreaseEnvironment(post))).toEqual(post);
      const { tableName, serviceName, metricsNamespace, logLevel } = post;
      const query = { tableName, serviceName, metricsNamespace, logLevel };
      expect(loadQueryLedgerConfig(queryLedgerEnvironment(post))).toEqual(query);
    }),
    replay,
  );
});

it('lets each function that deals with files read back what the stack wrote, too', () => {
  fc.assert(
    fc.property(ingestConfig, settleConfig, fc.record(withFiles), (ingest, settle, report) => {
      expect(loadIngestUploadConfig(ingestUploadEnvironment(ingest))).toEqual(ingest);
      expect(loadSettleChunkConfig(settleChunkEnvironment(settle))).toEqual(settle);
      expect(loadWriteReportConfig(writeReportEnvironment(report))).toEqual(report);
    }),
    replay,
  );
});

it('writes the variables under their names, with the units in them', () => {
  expect(reconcileEnvironment(config)).toEqual({
    TABLE_NAME: 'Ledger',
    POWERTOOLS_SERVICE_NAME: 'reconcile',
    POWERTOOLS_METRICS_NAMESPACE: 'Gateway',
    LOG_LEVEL: 'INFO',
    KONA_BASE_URL: 'https://kona.example',
    KONA_SECRET_ID: 'kona/plate',
    KONA_TIME_ZONE: 'KST',
    KONA_CONNECT_TIMEOUT_MS: '3000',
    KONA_TIMEOUT_MS: '10000',
    KONA_MAX_PARS_PER_CALL: '100',
    KONA_SUCCESS_MESSAGES: '["Success","성공, 정상"]',
    KONA_REFUSAL_MESSAGES: '["거절"]',
    KONA_REFUSAL_CODES: '[]',
    KONA_MESSAGE_ENCRYPTION: 'false',
    RECONCILE_BACKOFF_SECONDS: '60,120',
    GIVE_UP_AFTER_HOURS: '72',
    RECONCILE_CONCURRENCY: '2',
    UPLOADS_QUEUE_URL: 'https://sqs.example/uploads',
    CHUNKS_QUEUE_URL: 'https://sqs.example/chunks',
    REPORTS_QUEUE_URL: 'https://sqs.example/reports',
  });
});

/** Variables that a release added: the stack of the release before does not write them. */
const sinceLater = ['KONA_REFUSAL_MESSAGES', 'KONA_REFUSAL_CODES'];

it('starts no function whose environment lacks a variable, and names each one that it lacks', () => {
  const names = Object.keys(reconcileEnvironment(config));
  const required = names.filter((name) => !['LOG_LEVEL', ...sinceLater].includes(name));
  for (const name of required) {
    const { [name]: _, ...others } = reconcileEnvironment(config);
    expect(() => loadReconcileConfig(others)).toThrow(`${name}: is missing`);
  }
  expect(() => loadReconcileConfig({})).toThrow(
    expect.objectContaining({ faults: required.map((key) => ({ key, detail: 'is missing' })) }),
  );
});

// failures: F013
it('starts a function whose environment is older than a setting, with its default', () => {
  const environment: Record<string, string | undefined> = { ...reconcileEnvironment(config) };
  for (const name of sinceLater) environment[name] = undefined;
  expect(loadReconcileConfig(environment)).toMatchObject({ konaRefusalMessages: [], konaRefusalCodes: [] });
});

it('logs at INFO where no level is told', () => {
  const { LOG_LEVEL: _, ...others } = reconcileEnvironment(config);
  expect(loadReconcileConfig(others).logLevel).toBe('INFO');
});

it('refuses a wrong value without repeating it', () => {
  const environment = { ...reconcileEnvironment(config), KONA_TIMEOUT_MS: 'CANARY', LOG_LEVEL: 'CANARY' };
  expect(() => loadReconcileConfig(environment)).toThrow(ConfigError);
  expect(() => loadReconcileConfig(environment)).toThrow(
    /KONA_TIMEOUT_MS: must be a whole number from 1000 to 20000$/m,
  );
  expect(() => loadReconcileConfig(environment)).not.toThrow(/CANARY/);
});
