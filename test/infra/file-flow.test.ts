import { expect, it } from 'vitest';
import {
  loadIngestUploadConfig,
  loadReconcileConfig,
  loadSettleChunkConfig,
  loadWriteReportConfig,
} from '../../shared/config/environment.ts';
import { resourcesOf, synthesize } from './synthesis.ts';

const { template, functionNamed } = synthesize({ konaBaseUrl: 'https://kona.example' });
const idLike = (pattern: RegExp): string =>
  resourcesOf(template).find(({ logicalId }) => pattern.test(logicalId))?.logicalId ?? '';
const bucket = idLike(/^Uploads[0-9A-F]{8}$/);
const names = {
  [idLike(/^Ledger/)]: 'ledger',
  [bucket]: 'bucket',
  [idLike(/^UploadsQueue[0-9A-F]{8}$/)]: 'uploads',
  [idLike(/^ChunksQueue[0-9A-F]{8}$/)]: 'chunks',
  [idLike(/^ReportsQueue[0-9A-F]{8}$/)]: 'reports',
  [idLike(/^KonaSecret/)]: 'secret',
};

/** What a function may do, by the name of the resource; logs, traces and the key are looked at elsewhere. */
function rightsOf(functionName: string): Record<string, string[]> {
  const rights: Record<string, string[]> = {};
  for (const { Action, Resource } of functionNamed(functionName).statements) {
    if (/^(logs|xray|kms):/.test(Action[0] ?? '')) continue;
    for (const one of [Resource].flat()) {
      const written = JSON.stringify(one);
      const [id = ''] = Object.keys(names).filter((logicalId) => written.includes(`"${logicalId}"`));
      const [under = ''] = written.match(/\/(incoming|reports|index)\/[\w*]+/) ?? [];
      const name = `${names[id]}${under}`;
      rights[name] = [...(rights[name] ?? []), ...Action].sort();
    }
  }
  return rights;
}

const poll = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
const ring = ['sqs:SendMessage'];
const write = ['dynamodb:BatchWriteItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'];
const withCalls = [...write, 'dynamodb:GetItem'].sort();

it('lets ingest-upload read what came in and write lists and chunks, and neither call KONA PLATE nor read a report', () => {
  expect(rightsOf('ingest-upload')).toEqual({
    uploads: poll,
    'bucket/incoming/*': ['s3:GetObject', 's3:GetObjectVersion'],
    'bucket/reports/*': ['s3:PutObject'],
    ledger: write,
    chunks: ring,
    reports: ring,
  });
});

it('lets settle-chunk call KONA PLATE and ring, and touch no file', () => {
  expect(rightsOf('settle-chunk')).toEqual({
    chunks: poll,
    ledger: withCalls,
    secret: ['secretsmanager:GetSecretValue'],
    reports: ring,
  });
});

it('lets write-report read the ledger, note there that it wrote, and read no file', () => {
  expect(rightsOf('write-report')).toEqual({
    reports: poll,
    ledger: ['dynamodb:Query', 'dynamodb:UpdateItem'],
    'bucket/reports/*': ['s3:PutObject'],
  });
});

it('lets the reconciler ring for whatever was left lying, and fetch no message', () => {
  expect(rightsOf('reconcile')).toEqual({
    ledger: withCalls,
    'ledger/index/openWork': ['dynamodb:Query'],
    secret: ['secretsmanager:GetSecretValue'],
    uploads: ring,
    chunks: ring,
    reports: ring,
  });
});

it('tells each function the bucket and the queues that it asks for when it starts', () => {
  const { uploads, chunks, reports } = Object.fromEntries(Object.entries(names).map(([id, name]) => [name, id]));
  const [uploadsQueueUrl, chunksQueueUrl, reportsQueueUrl] = [uploads, chunks, reports];
  const ofReconcile = { uploadsQueueUrl, chunksQueueUrl, reportsQueueUrl };
  expect(loadReconcileConfig(functionNamed('reconcile').env)).toMatchObject(ofReconcile);
  const ofIngest = { chunksQueueUrl, reportsQueueUrl, uploadsBucket: bucket };
  expect(loadIngestUploadConfig(functionNamed('ingest-upload').env)).toMatchObject(ofIngest);
  expect(loadSettleChunkConfig(functionNamed('settle-chunk').env)).toMatchObject({ reportsQueueUrl });
  expect(loadWriteReportConfig(functionNamed('write-report').env)).toMatchObject({ uploadsBucket: bucket });
});

it('has the reader of files collect its garbage often: its memory must not grow with the file', () => {
  expect(functionNamed('ingest-upload').env).toMatchObject({
    NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=160',
  });
});
