import * as z from 'zod';
import { type LimitIncreaseRequest, requestStatuses } from '../limit-increase/terms.ts';
import { LedgerFault } from './faults.ts';
import { requestOfKey } from './keys.ts';
import { storedRedrives, storedRedriving } from './redrive-state.ts';
import { type Attributes, storedItem } from './stored-item.ts';
import { corporationSchema, storedInstant } from './stored-values.ts';
import { storedUpload } from './upload-state.ts';

/** One order or one file: `REQUEST#<id>` / `REQUEST`. */
export const requestItem = storedItem(
  z.object({
    status: z.enum(requestStatuses),
    source: z.enum(['api', 'upload']),
    createdAt: storedInstant,
    updatedAt: storedInstant,
    corporation: corporationSchema.optional(),
    cardsTotal: z.int().min(0),
    chunksTotal: z.int().min(0),
    fingerprint: z.string(),
    upload: storedUpload.optional(),
    redriven: z.int().min(1).optional(),
    redrives: storedRedrives.optional(),
    redriving: storedRedriving.optional(),
    openWork: z.string().optional(),
    dueAt: storedInstant.optional(),
  }),
);

/** @throws LedgerItemFault if the item is not a request as it must be. */
export function requestOf(item: Attributes): LimitIncreaseRequest {
  const { key, openWork: _, dueAt: __, ...request } = requestItem.read(item);
  const requestId = requestOfKey(key);
  if (requestId === undefined) throw new LedgerFault('readRequest', 'a request stands under a key that is not one');
  return { requestId, ...request };
}
