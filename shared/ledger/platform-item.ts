import * as z from 'zod';
import type { PlatformState } from '../limit-increase/platform-state.ts';
import { type Attributes, commonAttributes, storedItem } from './stored-item.ts';
import { storedInstant } from './stored-values.ts';

const common = { since: storedInstant, downTotalMs: z.int().min(0) };

/** How the platform is, as all workers know it: `PLATFORM` / `PLATFORM`. */
const platformItem = storedItem(
  z.discriminatedUnion('state', [
    z.object({ ...common, state: z.literal('up') }),
    z.object({
      ...common,
      state: z.literal('down'),
      reason: z.enum(['no_answer', 'credentials_refused']),
      nextProbeAt: storedInstant,
      probes: z.int().min(0),
      lastProbed: z
        .object({ requestId: z.string(), chunkNumber: z.int().min(1) })
        .readonly()
        .optional(),
    }),
  ]),
);

/** It belongs to no request, so it is never forgotten: not before the year 9999. */
export const platformCommon = commonAttributes(253_402_300_799);

/** @throws LedgerItemFault if the item is not as it must be. */
export function platformStateOf(item: Attributes): PlatformState {
  const { key: _, expiresAt: __, ...state } = platformItem.read(item);
  return state;
}
