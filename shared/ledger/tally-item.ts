import type { ChunkRef, SettledCounts } from '../limit-increase/terms.ts';
import { tallyKey } from './keys.ts';
import { type Attributes, commonAttributes, storedItem } from './stored-item.ts';
import { nonZero, storedCounts } from './stored-values.ts';
import type { Part } from './transactions.ts';

const tallyItem = storedItem(storedCounts);

/** Counts of settled cards, of some of a request's chunks: `REQUEST#<id>` / `TALLY#<00..15>`. */
export function tallyOf(item: Attributes): SettledCounts {
  const { key: _, ...counts } = tallyItem.read(item);
  return counts;
}

/** Adds to the tally of a chunk's request, which comes to be with the first addition. Nothing if there is nothing to add. */
export function tallyParts(ref: ChunkRef, counts: SettledCounts | undefined, expiresAt: number): Part<never>[] {
  const add = counts === undefined ? {} : nonZero(counts);
  if (Object.keys(add).length === 0) return [];
  return [{ update: tallyKey(ref), change: { set: commonAttributes(expiresAt), add } }];
}
