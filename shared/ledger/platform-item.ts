import * as z from 'zod';
import { openReasons, type PlatformState } from '../limit-increase/platform-state.ts';
import { type Attributes, storedItem } from './stored-item.ts';
import { storedInstant } from './stored-values.ts';

const chunkRef = z.object({ requestId: z.string(), chunkNumber: z.int().min(1) }).readonly();

const callSeen = z.object({
  chunk: chunkRef,
  corporation: z.string(),
  keyId: z.string().optional(),
  sentAt: storedInstant,
});

/** What all workers know together of KONA PLATE: `PLATFORM` / `CIRCUIT_BREAKER`. Written whole, under its version. */
const platformItem = storedItem(
  z.object({
    version: z.int().min(1),
    write: z.string().optional(),
    open: z
      .object({
        reason: z.enum(openReasons),
        openedAt: storedInstant,
        turns: z.int().min(0),
        lastTurnAt: storedInstant,
        lastTurn: chunkRef.optional(),
      })
      .optional(),
    openTotalMs: z.int().min(0),
    recoveredAt: storedInstant.optional(),
    failures: z.array(z.object({ chunk: chunkRef, at: storedInstant })).readonly(),
    refusals: z.array(callSeen).readonly(),
    answers: z.array(callSeen).readonly(),
    refusedCorporations: z
      .array(z.object({ corporation: z.string(), attempts: z.int().min(1), until: storedInstant }))
      .readonly(),
    pace: z
      .object({
        intervalMs: z.number().min(0),
        nextAt: storedInstant,
        limitedAt: storedInstant,
        resumesAt: storedInstant,
      })
      .optional(),
  }),
);

/** It belongs to no request, so it never expires: not before the year 9999. */
const expiresNever = 253_402_300_799;

/** The attributes, without the key. */
export function platformAttributes(state: PlatformState): Attributes {
  const { pk: _, sk: __, ...attributes } = platformItem.write({ pk: '', sk: '' }, expiresNever, state);
  return attributes;
}

/** @throws LedgerItemFault if the item is not as it must be. */
export function platformStateOf(item: Attributes): PlatformState {
  const { key: _, expiresAt: __, ...state } = platformItem.read(item);
  return state;
}
