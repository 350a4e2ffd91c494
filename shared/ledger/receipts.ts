import type { Receipt, ReceiveResult } from '../limit-increase/upload-ledger.ts';
import { nothingStands } from './conditions.ts';
import { LedgerFault } from './faults.ts';
import { assertReceipt } from './invariants.ts';
import { requestKey } from './keys.ts';
import { shardOf } from './open-work.ts';
import { requestItem, requestOf } from './request-item.ts';
import type { ExpiresAt } from './retention.ts';
import type { Part, Transact } from './transactions.ts';
import { uploadAttributes } from './upload-item.ts';
import { tokenOf } from './write-token.ts';

export type ReceiptDeps = {
  readonly transact: Transact;
  readonly expiresAt: ExpiresAt;
  /** From 0 to below 1. */
  readonly random: () => number;
};

/** Makes a file durable in one transaction: its request, and the entry that leads from its object to it. */
export function createReceive({ transact, expiresAt, random }: ReceiptDeps) {
  return async (receipt: Receipt): Promise<ReceiveResult> => {
    const uploadKey = assertReceipt(receipt);
    const { request, dueAt } = receipt;
    const { requestId, createdAt: acceptedAt, ...attributes } = request;
    const key = requestKey(requestId);
    const expires = expiresAt(acceptedAt);
    const item = { ...attributes, createdAt: acceptedAt, openWork: shardOf(key), dueAt };
    const parts: Part<ReceiveResult>[] = [
      {
        put: requestItem.write(key, expires, item),
        condition: nothingStands,
        refused: (old) => {
          if (old === undefined) throw new LedgerFault('receive', 'a request exists and does not show itself');
          return { result: 'exists', request: requestOf(old) };
        },
      },
      { put: uploadAttributes({ uploadKey, requestId, acceptedAt }, expires) },
    ];
    // Random beside the content: an event that comes again is one that exists, and only the SDK's own repeat is the same.
    const token = tokenOf([request, random(), random()]);
    const written = await transact({ operation: 'receive', token, parts });
    return written === 'written' ? { result: 'received' } : written;
  };
}
