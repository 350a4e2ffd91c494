import * as z from 'zod';
import type { CardEntry } from '../limit-increase/ports.ts';
import { finalCardStatuses } from '../limit-increase/terms.ts';
import { LedgerFault } from './faults.ts';
import { type CardKeyParts, cardKey, cardOfKey } from './keys.ts';
import { correlationIdSchema } from './position-groups.ts';
import { type Attributes, keyOf, storedItem } from './stored-item.ts';
import { storedInstant } from './stored-values.ts';

const common = {
  bizLicenseNo: z.string(),
  registrationNumber: z.string(),
  correlationId: correlationIdSchema.optional(),
  updatedAt: storedInstant,
};

/**
 * An entry of a card's history: `CARD#<par>` / `<acceptedAt>#<requestId>`, with `#R<redrive>` for a result after that
 * redrive, `#R<redrive>#REOPENED` for its beginning, `#MAYBE` for a trace. The key alone tells the redrive.
 */
const cardItem = storedItem(
  z.discriminatedUnion('entry', [
    z.object({
      ...common,
      entry: z.literal('result'),
      status: z.enum(finalCardStatuses),
      code: z.string().optional(),
      message: z.string().optional(),
      returnMessage: z.string().optional(),
    }),
    z.object({ ...common, entry: z.literal('maybe'), presumedElsewhere: z.boolean().default(false) }),
    z.object({ ...common, entry: z.literal('reopened'), chunkNumber: z.int().min(1) }),
  ]),
);

export const cardAttributes = (entry: CardEntry): Attributes => cardItem.write(cardKey(entry), entry.expiresAt, entry);

/** @throws LedgerItemFault if the item is not an entry as it must be. */
export function cardEntryOf(item: Attributes): CardEntry {
  const { key, ...said } = cardItem.read(item);
  const parts = cardOfKey(key);
  if (parts === undefined || !fits(parts, said))
    throw new LedgerFault('readCardHistory', "an entry's key says something else than it");
  const { par, acceptedAt, requestId, redrive } = parts;
  const card = { par, acceptedAt, requestId };
  if (said.entry !== 'reopened') return { ...card, ...said, ...(redrive !== undefined && { redrive }) };
  if (redrive === undefined) throw new LedgerFault('readCardHistory', 'a card was reopened by no redrive');
  return { ...card, ...said, redrive };
}

/** An `unresolved` under a key of its own, as it was written before results had the number of their redrive. */
export const isOldUnresolved = (item: Attributes): boolean => cardOfKey(keyOf(item))?.entry === 'unresolved';

type Said = { readonly entry: string; readonly status?: string };

const fits = ({ entry }: CardKeyParts, said: Said): boolean =>
  entry === 'unresolved' ? said.status === 'unresolved' : entry === said.entry;
