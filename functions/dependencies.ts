import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createChunkBells, createReportBell, createUploadBell } from '../shared/bells/bells.ts';
import { createSqsClient } from '../shared/bells/sqs-client.ts';
import type {
  IngestUploadConfig,
  QueryLedgerConfig,
  ReconcileConfig,
  RedriveConfig,
  RequestLimitIncreaseConfig,
  SettleChunkConfig,
  WriteReportConfig,
} from '../shared/config/environment.ts';
import { createPlatform } from '../shared/kona/client.ts';
import { createKeepAliveAgent } from '../shared/kona/connection-pool.ts';
import { createCredentials } from '../shared/kona/credentials.ts';
import { createSecretReader } from '../shared/kona/secret-reader.ts';
import { createDynamoDbClient } from '../shared/lambda/dynamodb-client.ts';
import { createLedger } from '../shared/ledger/ledger.ts';
import { createPlatformWatch } from '../shared/limit-increase/platform-watch.ts';
import type { Clock, LedgerReads, Platform } from '../shared/limit-increase/ports.ts';
import { createSettle } from '../shared/limit-increase/settle.ts';
import type { Bells } from '../shared/limit-increase/upload.ts';
import type { UploadLedger } from '../shared/limit-increase/upload-ledger.ts';
import { createOpenObject } from '../shared/objects/open-object.ts';
import { createS3Client } from '../shared/objects/s3-client.ts';
import { createWriteOnce } from '../shared/objects/write-once.ts';
import { createObservability, type Observability } from '../shared/observability/observability.ts';
import { createReportFiles } from '../shared/reports/report-files.ts';
import { createCheckUpload } from './ingest-upload/check-upload.ts';

// What is made once per process, from the settings in its environment.

/** Kept back from a call's time, for writing its outcome. */
const reserveMs = 3_000;
/** A lease outlives its session's deadline by this much: by then Lambda has ended whoever held it. */
const leaseGraceMs = 10_000;

const clock: Clock = Date.now;

/** For functions that only read. */
export function createReadingDeps(config: QueryLedgerConfig) {
  const observability = createObservability(config);
  // Nothing is written, so nothing is kept for any number of days.
  const ledger: LedgerReads & Pick<UploadLedger, 'listUploads'> = createLedger({
    ...{ client: createDynamoDbClient(), tableName: config.tableName, clock },
    retentionDays: 0,
  });
  return { clock, observability, ledger };
}

/** For whoever reads files. */
export function createIngestingDeps(config: IngestUploadConfig) {
  const { tableName, retentionDays, uploadsBucket } = config;
  const observability = createObservability(config);
  const client = createSqsClient();
  const s3 = createS3Client();
  const lists = createReportFiles(createWriteOnce(s3, uploadsBucket));
  const ledger = createLedger({ client: createDynamoDbClient(), tableName, clock, retentionDays });
  const bells = {
    ringChunks: createChunkBells({ client }, config.chunksQueueUrl),
    ringReport: createReportBell({ client }, config.reportsQueueUrl),
  };
  const checkUpload = createCheckUpload({ openObject: createOpenObject(s3), lists });
  return { clock, observability, notify: observability.notify, ledger, bells, checkUpload };
}

/** For whoever settles the chunks of files. */
export function createChunkSettlingDeps(config: SettleChunkConfig) {
  const ringReport = createReportBell({ client: createSqsClient() }, config.reportsQueueUrl);
  const { settle, ...deps } = createSettlingDeps(config, { ringReport });
  return { ...deps, takeRung: settle.takeRung };
}

/** For whoever settles what earlier attempts left open. */
export function createReconcilingDeps(config: ReconcileConfig) {
  const client = createSqsClient();
  const bells = {
    ringUpload: createUploadBell({ client }, config.uploadsQueueUrl),
    ringReport: createReportBell({ client }, config.reportsQueueUrl),
  };
  return { ...createSettlingDeps(config, bells), bells };
}

/** For whoever writes reports. */
export function createReportingDeps(config: WriteReportConfig) {
  const { tableName, retentionDays, uploadsBucket } = config;
  const observability = createObservability(config);
  const ledger = createLedger({ client: createDynamoDbClient(), tableName, clock, retentionDays });
  const reports = createReportFiles(createWriteOnce(createS3Client(), uploadsBucket));
  return { clock, observability, notify: observability.notify, ledger, reports };
}

/** For operators who have unresolved cards asked for again. */
export function createRedrivingDeps({ chunksQueueUrl, ...config }: RedriveConfig) {
  const { tableName, retentionDays } = config;
  const observability = createObservability(config);
  const ledger = createLedger({ client: createDynamoDbClient(), tableName, clock, retentionDays });
  const bells = { ringChunks: createChunkBells({ client: createSqsClient() }, chunksQueueUrl) };
  return { clock, observability, notify: observability.notify, ledger, bells };
}

/** For functions that settle chunks. */
export function createSettlingDeps(
  config: RequestLimitIncreaseConfig | ReconcileConfig | SettleChunkConfig,
  bells: Pick<Bells, 'ringReport'> | undefined,
) {
  const { tableName, retentionDays } = config;
  const observability = createObservability(config);
  const { notify } = observability;
  const ledger = createLedger({ client: createDynamoDbClient(), tableName, clock, retentionDays });
  const platform = createKonaPlatform(config, observability);
  const [firstBackoffMs, ...laterBackoffsMs] = config.backoffMs;
  assert(firstBackoffMs !== undefined, 'the settings hold at least one back-off');
  const rules = {
    successMessages: new Set(config.konaSuccessMessages),
    backoffMs: [firstBackoffMs, ...laterBackoffsMs] as const,
    parsPerCallMax: config.konaMaxParsPerCall,
    callTimeoutMs: config.konaTimeoutMs,
    reserveMs,
    leaseGraceMs,
  };
  const watch = createPlatformWatch({ ledger, clock, notify });
  // Begun while the process starts, so that the first order need not wait for it.
  watch.known();
  const settle = createSettle({ ledger, platform, watch, clock, notify, pause: setTimeout, rules, bells });
  return { clock, observability, notify, ledger, watch, settle, leaseGraceMs };
}

function createKonaPlatform(
  config: RequestLimitIncreaseConfig | ReconcileConfig | SettleChunkConfig,
  { log, meter }: Observability,
): Platform {
  const credentials = createCredentials({
    readSecret: createSecretReader(config.konaSecretId),
    clock,
    onSecretFailure: ({ error, stillUsable }) => {
      meter.measure('SecretFailures');
      log(stillUsable ? 'secret_stale' : 'secret_unreadable', { error });
    },
  });
  // Begun while the process starts; a failure was told just above, and the first call tries again.
  credentials.current().catch(() => undefined);
  return createPlatform({
    baseUrl: config.konaBaseUrl,
    timeZone: config.konaTimeZone,
    connectTimeoutMs: config.konaConnectTimeoutMs,
    messageEncryption: config.konaMessageEncryption,
    credentials,
    clock,
    randomHex: () => randomBytes(4).toString('hex').slice(0, 7),
    agent: createKeepAliveAgent(config.konaBaseUrl),
  });
}
