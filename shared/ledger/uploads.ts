import * as z from 'zod';
import type { Namings, NamingsOf } from '../limit-increase/namings.ts';
import type { Clock } from '../limit-increase/ports.ts';
import type { LimitIncreaseRequest } from '../limit-increase/terms.ts';
import type {
  Receipt,
  ReceiveResult,
  ReportResult,
  UploadPage,
  UploadPageQuery,
} from '../limit-increase/upload-ledger.ts';
import { nothingStands, reportIsOwed } from './conditions.ts';
import { LedgerFault } from './faults.ts';
import { namingsKey, namingsPartition, namingsPrefix, requestKey, uploadPartition, uploadSort } from './keys.ts';
import { namingsAttributes, namingsByItem, namingsOf } from './namings-item.ts';
import { shardOf } from './open-work.ts';
import { requestItem, requestOf } from './request-item.ts';
import { unexpired } from './stored-item.ts';
import { storedInstant } from './stored-values.ts';
import type { Table } from './table.ts';
import type { Part, Transact } from './transactions.ts';
import { uploadAttributes, uploadEntryOf } from './upload-item.ts';
import { tokenOf } from './write-token.ts';

export type UploadsDeps = {
  readonly table: Table;
  readonly transact: Transact;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
};

type Refusal = Exclude<ReceiveResult, { result: 'received' }>;

/** The verbs of a file as a whole: how it comes in, how its report goes out, how it is found by its object. */
export function createUploads({ table, transact, clock, random }: UploadsDeps) {
  async function receive({ request, dueAt }: Receipt): Promise<ReceiveResult> {
    const { requestId, expiresAt, ...attributes } = request;
    const key = requestKey(requestId);
    const requestPart: Part<Refusal> = {
      put: requestItem.write(key, expiresAt, { ...attributes, openWork: shardOf(key), dueAt }),
      condition: nothingStands,
      refused: (old) => {
        if (old === undefined) throw new LedgerFault('receive', 'a request exists and does not show itself');
        return { result: 'exists', request: requestOf(old) };
      },
    };
    const parts = [requestPart, { put: uploadAttributes(entryOf(request), expiresAt) }];
    // Random beside the content, as for an order: only the SDK's own repeat is the same write.
    const token = tokenOf([request, random(), random()]);
    const written = await transact<Refusal>({ operation: 'receive', token, parts });
    return written === 'written' ? { result: 'received' } : written;
  }

  async function reportWritten(requestId: string, edition: number, at: number): Promise<ReportResult> {
    const change = {
      set: { 'upload.reportedAt': z.encode(storedInstant, at) },
      remove: ['openWork', 'dueAt'],
    };
    const key = requestKey(requestId);
    const result = await table.update('reportWritten', { key, change, condition: reportIsOwed(edition) });
    if (result.written) return 'noted';
    const { status, upload } = result.old === undefined ? {} : requestOf(result.old);
    if (upload !== undefined && upload.edition > edition) return 'outdated';
    // At this very time it was this very write: its answer was lost, and the SDK repeated it.
    if (upload?.edition === edition && upload.reportedAt !== undefined)
      return upload.reportedAt === at ? 'noted' : 'stands';
    throw new LedgerFault('reportWritten', `a request that is ${status ?? 'not there'}`);
  }

  async function keepNamings({ requestId, edition, expiresAt }: NamingsOf, namings: Namings): Promise<void> {
    for (const [item, of] of namingsByItem(namings)) {
      const set = namingsAttributes(of, expiresAt);
      await table.update('keepNamings', { key: namingsKey(requestId, edition, item), change: { set } });
    }
  }

  async function readNamings({ requestId, edition }: NamingsOf): Promise<Namings> {
    const items = await table.query('readNamings', {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :edition)',
      ExpressionAttributeValues: { ':pk': namingsPartition(requestId), ':edition': namingsPrefix(edition) },
      ConsistentRead: true,
    });
    return new Map(unexpired(items, clock()).flatMap((item) => [...namingsOf(item)]));
  }

  async function listUploads(uploadKey: string, { limit, after }: UploadPageQuery): Promise<UploadPage> {
    const query = {
      KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :after',
      ExpressionAttributeValues: {
        ':pk': uploadPartition(uploadKey),
        ...(after !== undefined && { ':after': uploadSort(after) }),
      },
      ScanIndexForward: false,
      ConsistentRead: true,
    };
    const items = await table.query('listUploads', query, limit + 1);
    return { entries: unexpired(items.slice(0, limit), clock()).map(uploadEntryOf), last: items.length <= limit };
  }

  return { receive, keepNamings, readNamings, reportWritten, listUploads };
}

function entryOf({ requestId, createdAt, upload }: LimitIncreaseRequest) {
  if (upload === undefined) throw new LedgerFault('receive', 'a request of no file');
  return { uploadKey: upload.object.key, requestId, acceptedAt: createdAt };
}
