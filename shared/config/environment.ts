import * as z from 'zod';
import { ConfigError, type ConfigFault } from './config-error.ts';
import {
  backoffMs,
  baseUrl,
  callTimeoutMs,
  connectTimeoutMs,
  flag,
  giveUpAfterHours,
  parallelChunks,
  parsPerCall,
  reconcileConcurrency,
  retentionDays,
  text,
  timeZone,
  wordList,
  wordListOrNone,
} from './values.ts';

// What each function finds in its environment: one table a function, read by the function when it starts and written
// by the stack when it is synthesized. A variable that the stack forgets does not compile.

type Variable = { readonly name: string; readonly value: z.ZodType<unknown, string | undefined> };
type Variables = Readonly<Record<string, Variable>>;
type ConfigOf<V extends Variables> = { readonly [K in keyof V]: z.output<V[K]['value']> };

/** `process.env`, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

const everywhere = {
  tableName: { name: 'TABLE_NAME', value: text },
  serviceName: { name: 'POWERTOOLS_SERVICE_NAME', value: text },
  metricsNamespace: { name: 'POWERTOOLS_METRICS_NAMESPACE', value: text },
  logLevel: { name: 'LOG_LEVEL', value: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO') },
} as const satisfies Variables;

const callingKona = {
  konaBaseUrl: { name: 'KONA_BASE_URL', value: baseUrl },
  /** Name or ARN of the secret. */
  konaSecretId: { name: 'KONA_SECRET_ID', value: text },
  konaTimeZone: { name: 'KONA_TIME_ZONE', value: timeZone },
  konaConnectTimeoutMs: { name: 'KONA_CONNECT_TIMEOUT_MS', value: connectTimeoutMs },
  konaTimeoutMs: { name: 'KONA_TIMEOUT_MS', value: callTimeoutMs },
  konaMaxParsPerCall: { name: 'KONA_MAX_PARS_PER_CALL', value: parsPerCall },
  konaSuccessMessages: { name: 'KONA_SUCCESS_MESSAGES', value: wordList },
  konaRefusalMessages: { name: 'KONA_REFUSAL_MESSAGES', value: wordListOrNone.default([]) },
  konaRefusalCodes: { name: 'KONA_REFUSAL_CODES', value: wordListOrNone.default([]) },
  konaMessageEncryption: { name: 'KONA_MESSAGE_ENCRYPTION', value: flag },
  backoffMs: { name: 'RECONCILE_BACKOFF_SECONDS', value: backoffMs },
  giveUpAfterHours: { name: 'GIVE_UP_AFTER_HOURS', value: giveUpAfterHours },
} as const satisfies Variables;

/** Of the functions that accept requests, and of no other: the items say themselves when they expire. */
const acceptingRequests = {
  retentionDays: { name: 'RETENTION_DAYS', value: retentionDays },
} as const satisfies Variables;

/** The queues whose messages wake the functions that deal with files. */
const queues = {
  uploadsQueueUrl: { name: 'UPLOADS_QUEUE_URL', value: text },
  chunksQueueUrl: { name: 'CHUNKS_QUEUE_URL', value: text },
  reportsQueueUrl: { name: 'REPORTS_QUEUE_URL', value: text },
} as const satisfies Variables;

const queryLedger = everywhere;
const announceSettled = everywhere;
const requestLimitIncrease = {
  ...everywhere,
  ...callingKona,
  ...acceptingRequests,
  parallelChunks: { name: 'API_PARALLEL_CHUNKS', value: parallelChunks },
} as const satisfies Variables;
const reconcile = {
  ...everywhere,
  ...callingKona,
  reconcileConcurrency: { name: 'RECONCILE_CONCURRENCY', value: reconcileConcurrency },
  ...queues,
} as const satisfies Variables;
const ingestUpload = {
  ...everywhere,
  ...acceptingRequests,
  chunksQueueUrl: queues.chunksQueueUrl,
  reportsQueueUrl: queues.reportsQueueUrl,
  uploadsBucket: { name: 'UPLOADS_BUCKET', value: text },
} as const satisfies Variables;
const settleChunk = {
  ...everywhere,
  ...callingKona,
  reportsQueueUrl: queues.reportsQueueUrl,
} as const satisfies Variables;
const redrive = {
  ...everywhere,
  chunksQueueUrl: queues.chunksQueueUrl,
} as const satisfies Variables;
const writeReport = {
  ...everywhere,
  uploadsBucket: ingestUpload.uploadsBucket,
} as const satisfies Variables;

export type QueryLedgerConfig = ConfigOf<typeof queryLedger>;
export type AnnounceSettledConfig = ConfigOf<typeof announceSettled>;
export type RequestLimitIncreaseConfig = ConfigOf<typeof requestLimitIncrease>;
export type ReconcileConfig = ConfigOf<typeof reconcile>;
export type IngestUploadConfig = ConfigOf<typeof ingestUpload>;
export type SettleChunkConfig = ConfigOf<typeof settleChunk>;
export type RedriveConfig = ConfigOf<typeof redrive>;
export type WriteReportConfig = ConfigOf<typeof writeReport>;

/** @throws ConfigError naming every variable that is missing or wrong. So do the others. */
export const loadRequestLimitIncreaseConfig = (env: Environment): RequestLimitIncreaseConfig =>
  read(requestLimitIncrease, env);
export const loadQueryLedgerConfig = (env: Environment): QueryLedgerConfig => read(queryLedger, env);
export const loadAnnounceSettledConfig = (env: Environment): AnnounceSettledConfig => read(announceSettled, env);
export const loadReconcileConfig = (env: Environment): ReconcileConfig => read(reconcile, env);
export const loadIngestUploadConfig = (env: Environment): IngestUploadConfig => read(ingestUpload, env);
export const loadSettleChunkConfig = (env: Environment): SettleChunkConfig => read(settleChunk, env);
export const loadRedriveConfig = (env: Environment): RedriveConfig => read(redrive, env);
export const loadWriteReportConfig = (env: Environment): WriteReportConfig => read(writeReport, env);

/** The inverse of the loaders: the variables that make the loader answer `config`. */
export const requestLimitIncreaseEnvironment = (config: RequestLimitIncreaseConfig) =>
  write(requestLimitIncrease, config);
export const queryLedgerEnvironment = (config: QueryLedgerConfig) => write(queryLedger, config);
export const announceSettledEnvironment = (config: AnnounceSettledConfig) => write(announceSettled, config);
export const reconcileEnvironment = (config: ReconcileConfig) => write(reconcile, config);
export const ingestUploadEnvironment = (config: IngestUploadConfig) => write(ingestUpload, config);
export const settleChunkEnvironment = (config: SettleChunkConfig) => write(settleChunk, config);
export const redriveEnvironment = (config: RedriveConfig) => write(redrive, config);
export const writeReportEnvironment = (config: WriteReportConfig) => write(writeReport, config);

function read<V extends Variables>(variables: V, env: Environment): ConfigOf<V> {
  const faults: ConfigFault[] = [];
  const entries = Object.entries(variables).map(([key, { name, value }]) => {
    const parsed = value.safeParse(env[name]);
    if (parsed.success) return [key, parsed.data];
    const detail = parsed.error.issues.map((issue) => issue.message).join('; ');
    faults.push({ key: name, detail: env[name] === undefined ? 'is missing' : detail });
    return [key, undefined];
  });
  if (faults.length > 0) throw new ConfigError('The environment of this function has faults:', faults);
  // Key by key the output of the same table: TypeScript cannot follow it through Object.entries.
  return Object.fromEntries(entries) as ConfigOf<V>;
}

function write<V extends Variables>(variables: V, config: ConfigOf<V>): Record<string, string> {
  const entries = Object.entries(variables).map(([key, { name, value }]) => [name, z.encode(value, config[key])]);
  return Object.fromEntries(entries);
}
