import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createChunkBells, createReportBell, createUploadBell } from '../shared/bells/bells.ts';
import { createSqsClient } from '../shared/bells/sqs-client.ts';
import type {
  QueryLedgerConfig,
  ReconcileConfig,
  RedriveConfig,
  RequestLimitIncreaseConfig,
  SettleChunkConfig,
} from '../shared/config/environment.ts';
import { createPlatform } from '../shared/kona/client.ts';
import { createKeepAliveAgent } from '../shared/kona/connection-pool.ts';
import { type CredentialSource, createCredentials } from '../shared/kona/credentials.ts';
import { createReadWord } from '../shared/kona/listed-words.ts';
import { createSecretReader } from '../shared/kona/secret-reader.ts';
import { createDynamoDbClient } from '../shared/lambda/dynamodb-client.ts';
import { createLedger } from '../shared/ledger/ledger.ts';
import { createCircuitBreaker } from '../shared/limit-increase/circuit-breaker.ts';
import type { Clock, Inquire, LedgerReads, Platform } from '../shared/limit-increase/ports.ts';
import { createSettle } from '../shared/limit-increase/settle.ts';
import type { Bells } from '../shared/limit-increase/upload.ts';
import type { UploadLedger } from '../shared/limit-increase/upload-ledger.ts';
import { createObservability, type Observability } from '../shared/observability/observability.ts';

// What is made once per process, from the settings in its environment.

/** Kept back from a call's time, for writing its outcome. */
const reserveMs = 3_000;
/** A lease outlives its session's deadline by this much: by then Lambda has ended whoever held it. */
const leaseGraceMs = 10_000;

/** Longer than a secret and a table take that are well; short of the ten seconds in which a process must have started. */
const warmUpMsMax = 2_000;

const clock: Clock = Date.now;

/** Whoever has the page of KONA PLATE's inquiry puts its client here: nothing else changes. */
const inquire: Inquire | undefined = undefined;

/** For functions that only read. */
export function createReadingDeps(config: QueryLedgerConfig) {
  const observability = createObservability(config);
  const ledger: LedgerReads & Pick<UploadLedger, 'listUploads'> = createLedger({
    client: createDynamoDbClient(),
    tableName: config.tableName,
    clock,
  });
  return { clock, observability, ledger };
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
    ringChunks: createChunkBells({ client }, config.chunksQueueUrl),
    ringReport: createReportBell({ client }, config.reportsQueueUrl),
  };
  return { ...createSettlingDeps(config, bells), bells };
}

/** For operators who have unresolved cards asked for again. */
export function createRedrivingDeps({ chunksQueueUrl, ...config }: RedriveConfig) {
  const { tableName } = config;
  const observability = createObservability(config);
  const ledger = createLedger({ client: createDynamoDbClient(), tableName, clock });
  const bells = { ringChunks: createChunkBells({ client: createSqsClient() }, chunksQueueUrl) };
  return { clock, observability, notify: observability.notify, ledger, bells };
}

/** For functions that settle chunks. */
export function createSettlingDeps(config: KonaConfig, bells: Pick<Bells, 'ringReport'> | undefined) {
  const { tableName } = config;
  const observability = createObservability(config);
  const { notify } = observability;
  const ledger = createLedger({ client: createDynamoDbClient(), tableName, clock });
  const credentials = createKonaCredentials(config, observability);
  const platform = createKonaPlatform(config, credentials);
  const [firstBackoffMs, ...laterBackoffsMs] = config.backoffMs;
  assert(firstBackoffMs !== undefined, 'the settings hold at least one back-off');
  const rules = {
    readWord: createReadWord({
      successMessages: config.konaSuccessMessages,
      refusalMessages: config.konaRefusalMessages,
    }),
    backoffMs: [firstBackoffMs, ...laterBackoffsMs] as const,
    parsPerCallMax: config.konaMaxParsPerCall,
    callTimeoutMs: config.konaTimeoutMs,
    giveUpAfterMs: config.giveUpAfterHours * 3_600_000,
    reserveMs,
    leaseGraceMs,
  };
  const breaker = createCircuitBreaker({ ledger, clock, notify, rules, nameWrite });
  const settle = createSettle({ ledger, platform, breaker, inquire, clock, notify, pause: setTimeout, rules, bells });
  // Begun while the process starts; a failure is told by the credentials themselves, and the first call tries again.
  const secret = credentials.current().catch(() => undefined);
  const warmUp = () => withinWarmUp([secret, breaker.current()]);
  return { clock, observability, notify, ledger, breaker, settle, leaseGraceMs, warmUp };
}

const nameWrite = (): string => randomBytes(8).toString('hex');

// What the first order would else wait for: the secret, how the platform is, and with that a connection to the table.
// Lambda grants a process that starts a whole processor, and one that answers a share of it.
async function withinWarmUp(steps: readonly Promise<unknown>[]): Promise<void> {
  await Promise.race([Promise.allSettled(steps), setTimeout(warmUpMsMax, undefined, { ref: false })]);
}

type KonaConfig = RequestLimitIncreaseConfig | ReconcileConfig | SettleChunkConfig;

function createKonaCredentials({ konaSecretId }: KonaConfig, { log, meter }: Observability): CredentialSource {
  return createCredentials({
    readSecret: createSecretReader(konaSecretId),
    clock,
    onSecretFailure: ({ error, stillUsable }) => {
      meter.measure('SecretFailures');
      log(stillUsable ? 'secret_stale' : 'secret_unreadable', { error });
    },
  });
}

function createKonaPlatform(config: KonaConfig, credentials: CredentialSource): Platform {
  return createPlatform({
    baseUrl: config.konaBaseUrl,
    timeZone: config.konaTimeZone,
    connectTimeoutMs: config.konaConnectTimeoutMs,
    messageEncryption: config.konaMessageEncryption,
    refusalCodes: new Set(config.konaRefusalCodes),
    credentials,
    clock,
    randomHex: () => randomBytes(4).toString('hex').slice(0, 7),
    agent: createKeepAliveAgent(config.konaBaseUrl),
  });
}
