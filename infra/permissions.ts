import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { KonaSecret } from './kona-secret.ts';
import { openWorkIndexName } from './ledger-table.ts';

// What a function may do, in words of the trade. Every action and every resource is spelled out: a grant that is
// read here is the grant that stands in the template, and a call that nobody listed is denied.

/** A caller of the table needs its key too: DynamoDB decrypts in the caller's name. */
export type Ledger = { readonly table: { readonly tableArn: string }; readonly key: { readonly keyArn: string } };

export function readLedger({ table, key }: Ledger): PolicyStatement[] {
  return [allow(table.tableArn, 'dynamodb:Query'), allow(key.keyArn, 'kms:Decrypt', 'kms:DescribeKey')];
}

/** By its correlation ID alone: for whoever asks, and for the late word of a call whose worker vanished. */
export function readCalls({ table }: Ledger): PolicyStatement[] {
  return [allow(table.tableArn, 'dynamodb:GetItem')];
}

/** A transaction needs the permissions of its parts and none of its own. Nobody may delete or scan. */
export function writeLedger({ table, key }: Ledger): PolicyStatement[] {
  return [
    ...readLedger({ table, key }),
    allow(table.tableArn, 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'),
    allow(key.keyArn, 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey'),
  ];
}

export function findOpenWork({ table }: Ledger): PolicyStatement[] {
  return [allow(`${table.tableArn}/index/${openWorkIndexName}`, 'dynamodb:Query')];
}

export function readKonaSecret({ arn, keyArn }: KonaSecret): PolicyStatement[] {
  const read = allow(arn, 'secretsmanager:GetSecretValue');
  return keyArn === undefined ? [read] : [read, allow(keyArn, 'kms:Decrypt')];
}

function allow(resource: string, ...actions: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [resource] });
}
