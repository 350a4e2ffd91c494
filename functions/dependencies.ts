import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { QueryLedgerConfig, ReconcileConfig, RequestLimitIncreaseConfig } from '../shared/config/environment.ts';
import { createPlatform } from '../shared/kona/client.ts';
import { createKeepAliveAgent } from '../shared/kona/connection-pool.ts';
import { createCredentials } from '../shared/kona/credentials.ts';
import { createSecretReader } from '../shared/kona/secret-reader.ts';
import { createDynamoDbClient } from '../shared/lambda/dynamodb-client.ts';
import { createLedger } from '../shared/ledger/ledger.ts';
import type { Clock, LedgerReads, Platform } from '../shared/limit-increase/ports.ts';
import { createSettle } from '../shared/limit-increase/settle.ts';
import type { UploadLedger } from '../shared/limit-increase/upload-ledger.ts';
import { createObservability, type Observability } from '../shared/observability/observability.ts';

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

/** For functions that settle chunks. */
export function createSettlingDeps(config: RequestLimitIncreaseConfig | ReconcileConfig) {
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
  const settle = createSettle({ ledger, platform, clock, notify, pause: setTimeout, rules });
  return { clock, observability, notify, ledger, settle, leaseGraceMs };
}

function createKonaPlatform(
  config: RequestLimitIncreaseConfig | ReconcileConfig,
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
