import assert from 'node:assert/strict';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { removal } from './removal.ts';

/** The sparse index of what is not finished: hash `openWork` (a shard), range `dueAt`. Only open items carry the hash. */
export const openWorkIndexName = 'openWork';

export type LedgerTableProps = { readonly key: IKey; readonly trial: boolean };

export function createLedgerTable(scope: Construct, { key, trial }: LedgerTableProps): Table {
  const table = new Table(scope, 'Ledger', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 35 },
    timeToLiveAttribute: 'expiresAt',
    // For whoever is told when a request is settled. It is encrypted as the table is, and forgets after a day.
    stream: StreamViewType.NEW_IMAGE,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: key,
    deletionProtection: !trial,
    removalPolicy: removal(trial),
  });
  table.addGlobalSecondaryIndex({
    indexName: openWorkIndexName,
    partitionKey: { name: 'openWork', type: AttributeType.STRING },
    sortKey: { name: 'dueAt', type: AttributeType.STRING },
    // The index says where to look; what is found there is read from the table.
    projectionType: ProjectionType.KEYS_ONLY,
  });
  return table;
}

/** The ARN of the ledger's stream. */
export function streamOf({ tableStreamArn }: Table): string {
  assert(tableStreamArn !== undefined, 'the ledger has a stream');
  return tableStreamArn;
}
