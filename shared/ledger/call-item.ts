import * as z from 'zod';
import { type CallRecord, type EndedCall, readings } from '../limit-increase/ports.ts';
import { callOutcomeNames } from '../limit-increase/terms.ts';
import { LedgerFault, LedgerItemFault } from './faults.ts';
import { callKey, callOfKey } from './keys.ts';
import { storedPositions } from './positions.ts';
import { type Attributes, storedItem, withoutUndefined } from './stored-item.ts';
import { storedInstant } from './stored-values.ts';

const endFields = {
  outcome: z.object({
    name: z.enum(callOutcomeNames).exclude(['sent']),
    httpStatus: z.int().optional(),
    code: z.string().optional(),
    description: z.string().optional(),
    reason: z.string().optional(),
    reading: z.enum(readings).optional(),
    named: storedPositions.optional(),
  }),
  finishedAt: storedInstant,
  durationMs: z.number(),
};

/** One HTTP request to KONA PLATE: `CALL#<correlationId>` / `CALL`. Without an outcome it counts as sent. */
const callItem = storedItem(
  z.object({
    requestId: z.string(),
    chunkNumber: z.int().min(1),
    positions: storedPositions,
    startedAt: storedInstant,
    outcome: endFields.outcome.optional(),
    finishedAt: endFields.finishedAt.optional(),
    durationMs: endFields.durationMs.optional(),
  }),
);

/** A call before its first byte leaves. */
export const openCall = (expiresAt: number, { chunk, correlationId, ...call }: Omit<CallRecord, 'ended'>): Attributes =>
  callItem.write(callKey(correlationId), expiresAt, { ...call, ...chunk });

const callEndSchema = z.object(endFields);

/** What the end of a call adds to its item. */
export function callEnd({ correlationId, outcome, finishedAt, durationMs }: EndedCall): Attributes {
  const encoded = z.safeEncode(callEndSchema, { outcome, finishedAt, durationMs });
  if (!encoded.success) throw new LedgerItemFault(callKey(correlationId), encoded.error.issues);
  return withoutUndefined(encoded.data);
}

/** @throws LedgerItemFault if the item is not a call as it must be. */
export function callOf(item: Attributes): CallRecord {
  const { key, requestId, chunkNumber, positions, startedAt, outcome, finishedAt, durationMs } = callItem.read(item);
  const correlationId = callOfKey(key);
  if (correlationId === undefined) throw new LedgerFault('readCall', 'a call stands under a key that is not one');
  const record = { correlationId, positions, startedAt, chunk: { requestId, chunkNumber } };
  if (outcome === undefined) return record;
  if (finishedAt === undefined || durationMs === undefined)
    throw new LedgerFault('readCall', 'a call has an outcome and no end');
  return { ...record, ended: { correlationId, outcome, finishedAt, durationMs } };
}
