import type { JournalledCall } from './chunk-state.ts';
import type { ListedCard } from './ports.ts';
import type { Chunk } from './terms.ts';

// What a 200/000_000 says of the cards that were sent.

/** See `createReadWord`: only `success` is proof. */
export type ReadWord = (returnMessage: string) => 'success' | 'refusal' | 'other';

/** `word`: the one that counts, as the platform wrote it; a card listed with none has none. */
export type ListedAs =
  | { readonly as: 'success'; readonly word?: string | undefined }
  | { readonly as: 'refusal' | 'other'; readonly word: string }
  | { readonly as: 'missing' };

/** For each position of the call, how its card was listed. Of several words for one card the least favourable counts. */
export function readListing(
  listed: readonly ListedCard[],
  call: JournalledCall,
  chunk: Chunk,
  readWord: ReadWord,
): ReadonlyMap<number, ListedAs> {
  const byPar = Map.groupBy(listed, ({ par }) => par);
  return new Map(
    call.positions.map((position) => [position, listedAs(byPar.get(chunk.pars[position] ?? ''), readWord)]),
  );
}

function listedAs(entries: readonly ListedCard[] | undefined, readWord: ReadWord): ListedAs {
  // guard: missing-card
  if (entries === undefined) return { as: 'missing' };
  const words = entries.flatMap(({ returnMessage }) => returnMessage?.trim() ?? []);
  // guard: least-favourable-word
  const other = words.find((word) => readWord(word) === 'other');
  if (other !== undefined) return { as: 'other', word: other };
  // guard: listed-refusal
  const refusal = words.find((word) => readWord(word) === 'refusal');
  return refusal === undefined ? { as: 'success', word: words[0] } : { as: 'refusal', word: refusal };
}
