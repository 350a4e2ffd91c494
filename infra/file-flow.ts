import type { Construct } from 'constructs';
import {
  type IngestUploadConfig,
  ingestUploadEnvironment,
  type SettleChunkConfig,
  settleChunkEnvironment,
  writeReportEnvironment,
} from '../shared/config/environment.ts';
import { GatewayFunction, type GatewayFunctionProps } from './constructs/gateway-function.ts';
import {
  createFileQueues,
  type FileQueues,
  ingestTimeoutSeconds,
  reportTimeoutSeconds,
  settleTimeoutSeconds,
  urlsOf,
} from './file-queues.ts';
import type { KonaSecret } from './kona-secret.ts';
import {
  beWokenBy,
  type Files,
  type Ledger,
  noteInLedger,
  readCalls,
  readKonaSecret,
  readUploads,
  ring,
  writeLedger,
  writeReports,
} from './permissions.ts';
import { acknowledgeObjects, createUploadsBucket, incomingPrefix, reportsPrefix } from './uploads-bucket.ts';

/** How many files are read, and how many reports written, side by side; others wait in their queue. */
const filesAtOnce = 10;

type Common = Pick<GatewayFunctionProps, 'key' | 'logRetentionDays' | 'trial' | 'alarmTopic'>;

export type FileFlowProps = Common &
  Pick<GatewayFunctionProps, 'egress'> & {
    readonly konaConcurrency: number;
    /** What every function that calls KONA PLATE is told. */
    readonly callingKona: Omit<SettleChunkConfig, 'serviceName' | 'chunksQueueUrl' | 'reportsQueueUrl'> &
      Pick<IngestUploadConfig, 'retentionDays'>;
    readonly ledger: Ledger;
    readonly secret: KonaSecret;
  };

type Parts = FileFlowProps & { readonly common: Common; readonly queues: FileQueues; readonly files: Files };

/**
 * S3 ─▶ uploads queue ─▶ ingest-upload ─▶ ledger ─▶ chunks queue ─▶ settle-chunk ─▶ KONA PLATE;
 * last chunk ─▶ reports queue ─▶ write-report ─▶ S3.
 */
export function createFileFlow(scope: Construct, props: FileFlowProps) {
  const { key, logRetentionDays, trial, alarmTopic, callingKona } = props;
  const common = { key, logRetentionDays, trial, alarmTopic };
  const queues = createFileQueues(scope, alarmTopic);
  const { retentionDays } = callingKona;
  const bucket = createUploadsBucket(scope, { key, retentionDays, trial, uploadsQueue: queues.uploads.queue });
  const parts = { ...props, common, queues, files: { bucket, key } };

  const ingestUpload = createIngestUpload(scope, { ...parts, uploadsBucket: bucket.bucketName });
  const settleChunk = createSettleChunk(scope, parts);
  const writeReport = createWriteReport(scope, { ...parts, uploadsBucket: bucket.bucketName });
  acknowledgeObjects(ingestUpload, bucket, incomingPrefix);
  for (const writer of [ingestUpload, writeReport]) acknowledgeObjects(writer, bucket, reportsPrefix);
  queues.uploads.wakes(ingestUpload.lambda, filesAtOnce);
  queues.chunks.wakes(settleChunk.lambda, props.konaConcurrency);
  queues.reports.wakes(writeReport.lambda, filesAtOnce);

  const outputs = {
    uploadsBucket: bucket.bucketName,
    ...urlsOf(queues),
    uploadsDeadLettersArn: queues.uploads.deadLetters.queueArn,
    chunksDeadLettersArn: queues.chunks.deadLetters.queueArn,
    reportsDeadLettersArn: queues.reports.deadLetters.queueArn,
    ingestUploadFunction: ingestUpload.lambda.functionName,
    settleChunkFunction: settleChunk.lambda.functionName,
    writeReportFunction: writeReport.lambda.functionName,
  };
  return { queues, outputs };
}

type StoreParts = Parts & { readonly uploadsBucket: string };

function createIngestUpload(scope: Construct, parts: StoreParts): GatewayFunction {
  const { common, callingKona, queues, uploadsBucket, ledger, files } = parts;
  return new GatewayFunction(scope, 'IngestUpload', {
    ...common,
    name: 'ingest-upload',
    errorImpact: 'Reading a file stopped. What was written of it stands; the reconciler has it read on.',
    throttleImpact: 'Files wait in their queue; none is lost.',
    description: 'An uploaded file: checks its rows and writes them to the ledger as chunks',
    timeoutSeconds: ingestTimeoutSeconds,
    memoryMb: 1769,
    environment: {
      ...ingestUploadEnvironment({
        ...callingKona,
        ...urlsOf(queues),
        serviceName: 'ingest-upload',
        uploadsBucket,
      }),
      // A row is garbage as soon as it is read: collected often, a million of them leave memory as flat as a thousand.
      NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=160',
    },
    permissions: [
      ...beWokenBy(queues.uploads),
      ...readUploads(files),
      ...writeReports(files),
      ...writeLedger(ledger),
      ...ring(queues.chunks, queues.reports),
    ],
  });
}

function createSettleChunk(scope: Construct, parts: Parts): GatewayFunction {
  const { common, egress, callingKona, queues, ledger, secret } = parts;
  return new GatewayFunction(scope, 'SettleChunk', {
    ...common,
    name: 'settle-chunk',
    errorImpact: 'One chunk was put down half done. Its lease ends, it falls due, and the reconciler takes it up.',
    throttleImpact: 'Chunks wait in their queue; none is lost.',
    // From a network of its own it rings through the NAT gateway. Where that fails, the index of open work has the chunk still.
    egress,
    description: "A chunk of a file: calls KONA PLATE until each card's status is final",
    timeoutSeconds: settleTimeoutSeconds,
    environment: settleChunkEnvironment({ ...callingKona, ...urlsOf(queues), serviceName: 'settle-chunk' }),
    permissions: [
      ...beWokenBy(queues.chunks),
      ...writeLedger(ledger),
      ...readCalls(ledger),
      ...readKonaSecret(secret),
      ...ring(queues.reports),
    ],
  });
}

function createWriteReport(scope: Construct, parts: StoreParts): GatewayFunction {
  const { common, callingKona, queues, uploadsBucket, ledger, files } = parts;
  return new GatewayFunction(scope, 'WriteReport', {
    ...common,
    name: 'write-report',
    errorImpact: 'A report was not written to its end. Its cards are settled; the reconciler rings for it again.',
    throttleImpact: 'Reports wait in their queue; none is lost.',
    description: 'A file whose cards are final: writes what became of each row',
    timeoutSeconds: reportTimeoutSeconds,
    memoryMb: 2048,
    environment: writeReportEnvironment({ ...callingKona, serviceName: 'write-report', uploadsBucket }),
    permissions: [...beWokenBy(queues.reports), ...noteInLedger(ledger), ...writeReports(files)],
  });
}
