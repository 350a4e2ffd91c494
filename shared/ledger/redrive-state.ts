import * as z from 'zod';
import { redrivableStatuses } from '../limit-increase/terms.ts';
import { storedInstant } from './stored-values.ts';

// What the item of a request says of its redrives.

/** A redrive that was stored without statuses reopened what was unresolved. */
const storedStatuses = z.array(z.enum(redrivableStatuses)).min(1).readonly().default(['unresolved']);

export const storedRedrives = z
  .array(z.object({ by: z.string(), at: storedInstant, cards: z.int().min(0), statuses: storedStatuses }).readonly())
  .readonly();

export const storedRedriving = z
  .object({ number: z.int().min(1), chunksDone: z.int().min(0), statuses: storedStatuses })
  .readonly();
