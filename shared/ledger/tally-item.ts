import type { ChunkRef, Instant, SettledCounts } from '../limit-increase/terms.ts';
import { nothingExpired, nothingLives } from './conditions.ts';
import { tallyKey } from './keys.ts';
import { type Attributes, commonAttributes, storedItem } from './stored-item.ts';
import { nonZero, storedCounts } from './stored-values.ts';
import type { Part } from './transactions.ts';

const tallyItem = storedItem(storedCounts);

/** Counts of settled cards, of some of a request's chunks: `REQUEST#<id>` / `TALLY#<00..15>`. */
export function tallyOf(item: Attributes): SettledCounts {
  const { key: _, expiresAt: __, ...counts } = tallyItem.read(item);
  return counts;
}

/** Adds to the tally of a chunk's request, which comes to be with the first addition. Nothing if there is nothing to add. */
export function tallyParts(ref: ChunkRef, counts: SettledCounts | undefined, expiresAt: number): Part<never>[] {
  const add = counts === undefined ? {} : nonZero(counts);
  if (Object.keys(add).length === 0) return [];
  return [{ update: tallyKey(ref), change: { set: commonAttributes(expiresAt), add } }];
}

type TallyAddition = {
  readonly ref: ChunkRef;
  readonly counts: SettledCounts | undefined;
  readonly at: Instant;
  readonly expiresAt: number;
};

/**
 * The same, without what an earlier request under the same ID has left: DynamoDB deletes what has expired in no order, so
 * a tally may outlive its request. To be tried one after the other: to add to what stands; to begin anew in the place of
 * what has expired; and to add again, if another chunk's worker began anew meanwhile.
 */
export function tallyWays({ ref, counts, at, expiresAt }: TallyAddition): Part<'other_way'>[][] {
  const parts = tallyParts(ref, counts, expiresAt);
  if (counts === undefined || parts.length === 0) return [[]];
  const refused = () => 'other_way' as const;
  const add = parts.map((part) => ({ ...part, condition: nothingExpired(at), refused }));
  const put = tallyItem.write(tallyKey(ref), expiresAt, counts);
  return [add, [{ put, condition: nothingLives(at), refused }], add];
}
