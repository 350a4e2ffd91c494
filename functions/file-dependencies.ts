import { createChunkBells, createReportBell } from '../shared/bells/bells.ts';
import { createSqsClient } from '../shared/bells/sqs-client.ts';
import type { IngestUploadConfig, WriteReportConfig } from '../shared/config/environment.ts';
import { createDynamoDbClient } from '../shared/lambda/dynamodb-client.ts';
import { createLedger } from '../shared/ledger/ledger.ts';
import type { Clock } from '../shared/limit-increase/ports.ts';
import { retentionOf } from '../shared/limit-increase/retention.ts';
import { createOpenObject } from '../shared/objects/open-object.ts';
import { createS3Client } from '../shared/objects/s3-client.ts';
import { createWriteOnce } from '../shared/objects/write-once.ts';
import { createObservability } from '../shared/observability/observability.ts';
import { createReportFiles } from '../shared/reports/report-files.ts';
import { createCheckUpload } from './ingest-upload/check-upload.ts';

// What is made once per process where files are read or written. Apart from dependencies.ts: S3's client, which no bundler
// can take out again, is heavy, and whoever answers orders has no use for it.

const clock: Clock = Date.now;

/** For whoever reads files. */
export function createIngestingDeps(config: IngestUploadConfig) {
  const { tableName, retentionDays, uploadsBucket } = config;
  const observability = createObservability(config);
  const client = createSqsClient();
  const s3 = createS3Client();
  const lists = createReportFiles(createWriteOnce(s3, uploadsBucket));
  const ledger = createLedger({ client: createDynamoDbClient(), tableName, clock });
  const bells = {
    ringChunks: createChunkBells({ client }, config.chunksQueueUrl),
    ringReport: createReportBell({ client }, config.reportsQueueUrl),
  };
  const checkUpload = createCheckUpload({ openObject: createOpenObject(s3), lists });
  const retention = retentionOf(retentionDays);
  return { clock, observability, notify: observability.notify, ledger, bells, checkUpload, retention };
}

/** For whoever writes reports. */
export function createReportingDeps(config: WriteReportConfig) {
  const { tableName, uploadsBucket } = config;
  const observability = createObservability(config);
  const ledger = createLedger({ client: createDynamoDbClient(), tableName, clock });
  const reports = createReportFiles(createWriteOnce(createS3Client(), uploadsBucket));
  return { clock, observability, notify: observability.notify, ledger, reports };
}
