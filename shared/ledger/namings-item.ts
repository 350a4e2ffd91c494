import * as z from 'zod';
import type { Namings } from '../limit-increase/namings.ts';
import type { NamedBy } from '../limit-increase/terms.ts';
import { type Attributes, commonAttributes, storedItem } from './stored-item.ts';

/** Each name by the letter that is kept of it. */
const names = {
  t: 'this_corporation',
  p: 'presumed_this_corporation',
  o: 'other_corporation',
  d: 'disputed',
  e: 'elsewhere',
  l: 'presumed_elsewhere',
} as const satisfies Record<string, NamedBy>;
const none = '-';

const nameOf: ReadonlyMap<string, NamedBy> = new Map(Object.entries(names));
const letterOf: ReadonlyMap<NamedBy | undefined, string> = new Map([...nameOf].map(([letter, name]) => [name, letter]));

/** `12 t-tp,13 ee`: a chunk, and a letter for each of its cards. A hundred thousand cards are some 100 kB. */
const storedNamings = z.codec(
  z.string().regex(/^[1-9]\d{0,6} [tpodel-]{1,100}(,[1-9]\d{0,6} [tpodel-]{1,100})*$/),
  z.map(z.int().min(1), z.array(z.enum(names).optional()).readonly()).readonly(),
  {
    decode: (text) =>
      new Map(
        text.split(',').map((chunk) => {
          const [number, of = ''] = chunk.split(' ');
          return [Number(number), [...of].map((letter) => nameOf.get(letter))];
        }),
      ),
    encode: (namings: Namings) =>
      [...namings]
        .map(([number, of]) => `${number} ${of.map((name) => letterOf.get(name) ?? none).join('')}`)
        .join(','),
  },
);

const namingsItem = storedItem(z.object({ namings: storedNamings }));

const chunksPerItem = 1_000;

/** What each item of `REQUEST#<id>#NAMINGS` holds, by its place in the order of chunks. */
export function namingsByItem(namings: Namings): ReadonlyMap<number, Namings> {
  const items = Map.groupBy(namings, ([chunkNumber]) => Math.floor((chunkNumber - 1) / chunksPerItem));
  return new Map([...items].map(([item, of]) => [item, new Map(of)]));
}

export const namingsAttributes = (namings: Namings, expiresAt: number): Attributes => ({
  ...commonAttributes(expiresAt),
  namings: z.encode(storedNamings, namings),
});

/** @throws LedgerItemFault if the item is not as it must be. */
export const namingsOf = (item: Attributes): Namings => namingsItem.read(item).namings;
