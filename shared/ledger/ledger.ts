import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Clock, Ledger } from '../limit-increase/ports.ts';
import { createAccept } from './acceptance.ts';
import { createBatchWrite } from './batch-writes.ts';
import { createCalls } from './calls.ts';
import { createCards } from './cards.ts';
import { createChunks } from './chunks.ts';
import { createDropGoneWork } from './gone-work.ts';
import { createJournal } from './journal.ts';
import { listDue } from './open-work.ts';
import { createPatience } from './patience.ts';
import { createPlatformState } from './platform.ts';
import { createReceiving } from './receiving.ts';
import { createSettleRecounted } from './recounts.ts';
import { createRedrives } from './redrives.ts';
import { createRequests } from './requests.ts';
import { createTable } from './table.ts';
import { createTransact } from './transactions.ts';
import { createWriteChunks } from './upload-chunks.ts';
import { createUploads } from './uploads.ts';

export type LedgerDeps = {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Bounds how long a write that met another is repeated, and tells a reader what has expired. What is due or held is judged by the caller's time. */
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random?: (() => number) | undefined;
  /** Waits so many milliseconds. */
  readonly pause?: ((ms: number) => Promise<unknown>) | undefined;
};

/** The ledger on one DynamoDB table. Its faults are LedgerFault and LedgerItemFault; neither carries an item or a PAR. */
export function createLedger({ client, tableName, clock, random = Math.random, pause }: LedgerDeps): Ledger {
  const patience = createPatience({ clock, random, pause });
  const table = createTable(client, tableName, patience);
  const transact = createTransact(client, tableName, patience);
  const batchWrite = createBatchWrite(client, tableName, patience);
  return {
    accept: createAccept({ transact, random }),
    journal: createJournal(transact),
    ...createRequests(table, clock),
    ...createChunks(table, clock),
    ...createCalls(table, clock),
    ...createCards(table, batchWrite, clock),
    ...createUploads({ table, transact, clock, random }),
    ...createReceiving(table),
    dropGoneWork: createDropGoneWork(table),
    settleRecounted: createSettleRecounted(transact),
    ...createRedrives({ table, transact }),
    writeChunks: createWriteChunks(table, batchWrite),
    ...createPlatformState(table),
    listDue: (now, limit, only) => listDue(table, { now, limit, only }),
  };
}
