import * as z from 'zod';
import { storedLines } from './lines.ts';
import { storedItem } from './stored-item.ts';
import { corporationSchema, storedInstant, storedPars } from './stored-values.ts';

/**
 * What never changes about a chunk: `REQUEST#<id>#<0000001>` / `CARDS`. Apart from the chunk itself, because a hundred
 * PARs cost 3 write units every time they are written.
 */
export const cardsItem = storedItem(
  z.object({
    ...{ acceptedAt: storedInstant, corporation: corporationSchema, pars: storedPars },
    lines: storedLines.optional(),
  }),
);
