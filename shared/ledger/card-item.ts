import * as z from 'zod';
import type { CardEntry } from '../limit-increase/ports.ts';
import { finalCardStatuses } from '../limit-increase/terms.ts';
import { LedgerFault } from './faults.ts';
import { type CardKeyParts, cardKey, cardOfKey } from './keys.ts';
import { correlationIdSchema } from './position-groups.ts';
import { type Attributes, storedItem } from './stored-item.ts';
import { storedInstant } from './stored-values.ts';

const common = {
  bizLicenseNo: z.string(),
  registrationNumber: z.string(),
  correlationId: correlationIdSchema.optional(),
  updatedAt: storedInstant,
};

/** An entry of a card's history: `CARD#<par>` / `<acceptedAt>#<requestId>`, with `#MAYBE` for a trace, `#UNRESOLVED` if it was given up. */
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
  ]),
);

export const cardAttributes = (entry: CardEntry): Attributes =>
  cardItem.write(cardKey({ ...entry, entry: kindOf(entry) }), entry.expiresAt, entry);

/** @throws LedgerItemFault if the item is not an entry as it must be. */
export function cardEntryOf(item: Attributes): CardEntry {
  const { key, ...said } = cardItem.read(item);
  const parts = cardOfKey(key);
  if (parts === undefined || parts.entry !== kindOf(said))
    throw new LedgerFault('readCardHistory', "an entry's key says something else than it");
  const { par, acceptedAt, requestId } = parts;
  return { par, acceptedAt, requestId, ...said };
}

type Kind = CardKeyParts['entry'];

const kindOf = (said: { readonly entry: 'result' | 'maybe'; readonly status?: string }): Kind =>
  said.entry === 'result' && said.status === 'unresolved' ? 'unresolved' : said.entry;
