import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { KonaSecret } from './kona-secret.ts';
import { openWorkIndexName } from './ledger-table.ts';
import { type KeyedService, throughService } from './through-service.ts';
import { incomingPrefix, reportsPrefix } from './uploads-bucket.ts';

// What a function may do, in words of the trade. Every action and every resource is spelled out: a grant that is
// read here is the grant that stands in the template, and a call that nobody listed is denied.

/** A caller of the table needs its key too: DynamoDB decrypts in the caller's name. */
export type Ledger = { readonly table: { readonly tableArn: string }; readonly key: { readonly keyArn: string } };

export function readLedger({ table, key }: Ledger): PolicyStatement[] {
  return [allow(table.tableArn, 'dynamodb:Query'), allowKey(key.keyArn, 'dynamodb', 'kms:Decrypt', 'kms:DescribeKey')];
}

/** By its correlation ID alone: for whoever asks, and for the late word of a call whose worker vanished. */
export function readCalls({ table }: Ledger): PolicyStatement[] {
  return [allow(table.tableArn, 'dynamodb:GetItem')];
}

/** A transaction needs the permissions of its parts and none of its own. Nobody may delete or scan. */
export function writeLedger({ table, key }: Ledger): PolicyStatement[] {
  return [...noteInLedger({ table, key }), allow(table.tableArn, 'dynamodb:PutItem', 'dynamodb:BatchWriteItem')];
}

/** On what stands there: nothing new is written. */
export function noteInLedger({ table, key }: Ledger): PolicyStatement[] {
  return [
    ...readLedger({ table, key }),
    allow(table.tableArn, 'dynamodb:UpdateItem'),
    allowKey(key.keyArn, 'dynamodb', 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey'),
  ];
}

/** Lambda reads the stream in the function's name. */
export function follow(streamArn: string): PolicyStatement[] {
  const look = ['dynamodb:DescribeStream', 'dynamodb:ListStreams'];
  return [allow(streamArn, ...look, 'dynamodb:GetShardIterator', 'dynamodb:GetRecords')];
}

export function findOpenWork({ table }: Ledger): PolicyStatement[] {
  return [allow(`${table.tableArn}/index/${openWorkIndexName}`, 'dynamodb:Query')];
}

export function readKonaSecret({ arn, keyArn }: KonaSecret): PolicyStatement[] {
  const read = allow(arn, 'secretsmanager:GetSecretValue');
  return keyArn === undefined ? [read] : [read, allowKey(keyArn, 'secretsmanager', 'kms:Decrypt')];
}

/** S3, too, encrypts and decrypts in the caller's name. */
export type Files = { readonly bucket: { readonly bucketArn: string }; readonly key: { readonly keyArn: string } };

/** In any version. Nothing is listed: each file is known by its event. */
export function readUploads({ bucket, key }: Files): PolicyStatement[] {
  return [
    allow(`${bucket.bucketArn}/${incomingPrefix}*`, 's3:GetObject', 's3:GetObjectVersion'),
    allowKey(key.keyArn, 's3', 'kms:Decrypt'),
  ];
}

/** In parts, which S3 decrypts when it puts them together. Who writes can neither read nor delete. */
export function writeReports({ bucket, key }: Files): PolicyStatement[] {
  return [
    allow(`${bucket.bucketArn}/${reportsPrefix}*`, 's3:PutObject'),
    allowKey(key.keyArn, 's3', 'kms:Decrypt', 'kms:GenerateDataKey'),
  ];
}

export function putEvents(busArn: string): PolicyStatement[] {
  return [allow(busArn, 'events:PutEvents')];
}

type WakingQueue = { readonly queue: { readonly queueArn: string } };

/** Wakes whoever the queues wake. */
export function ring(...queues: readonly WakingQueue[]): PolicyStatement[] {
  return queues.map(({ queue }) => allow(queue.queueArn, 'sqs:SendMessage'));
}

/** Lambda fetches the messages in the function's name. */
export function beWokenBy({ queue }: WakingQueue): PolicyStatement[] {
  return [allow(queue.queueArn, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes')];
}

function allow(resource: string, ...actions: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [resource] });
}

/** Of use only when the service asks for it in the function's name: the function itself cannot decrypt. */
function allowKey(keyArn: string, service: KeyedService, ...actions: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [keyArn], conditions: throughService(service) });
}
