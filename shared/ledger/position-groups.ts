import * as z from 'zod';
import type { Instant } from '../limit-increase/terms.ts';
import { positionSchema, positionsFrom, rangesOf } from './positions.ts';
import { storedInstant } from './stored-values.ts';

// What is known of a hundred cards is mostly the same for all of them. Cards that share a `head` stand in one group; in
// it, cards that share their calls and their time stand in one piece: the positions, the correlation IDs ("-" for none),
// and the time as milliseconds after the group's `since` ("-" for none). A hundred cards that one call named read
// "0-99 261122101500-0a1b2c3 0"; a hundred calls of a card each cost some 30 bytes a card.

/** What is said of one position, taken apart for grouping. `calls` has the same length for every position. */
export type Said<Head> = {
  readonly head: Head;
  readonly calls: readonly (string | undefined)[];
  readonly at?: Instant | undefined;
};

export const correlationIdSchema = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z-]{0,35}$/);

const piecePattern = String.raw`[\d,-]+( [0-9A-Za-z-]+)+ (-|\d+)`;

/** The fields of a stored group, beside those of its head. */
export const groupFields = {
  cards: z.string().regex(new RegExp(`^${piecePattern}(;${piecePattern})*$`)),
  since: storedInstant.optional(),
};

type Group<Head> = { readonly head: Head; readonly cards: string; readonly since?: Instant | undefined };

export function groupPositions<Head>(said: ReadonlyMap<number, Said<Head>>): Group<Head>[] {
  const sorted = [...said].sort(([a], [b]) => a - b);
  const byHead = Map.groupBy(sorted, ([, { head }]) => JSON.stringify(head));
  return [...byHead.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const times = members.flatMap(([, { at }]) => at ?? []);
    const since = times.length > 0 ? Math.min(...times) : undefined;
    return [{ head: first[1].head, cards: piecesOf(members, since), since }];
  });
}

function piecesOf<Head>(members: readonly [number, Said<Head>][], since: Instant | undefined): string {
  const words = ({ calls, at }: Said<Head>): string => {
    const after = at === undefined || since === undefined ? undefined : String(at - since);
    return [...calls, after].map((word) => word ?? '-').join(' ');
  };
  const pieces = Map.groupBy(members, ([, said]) => words(said));
  return [...pieces].map(([tail, of]) => `${rangesOf(of.map(([position]) => position))} ${tail}`).join(';');
}

/** The reverse of `groupPositions` for one group. A position that is out of bounds or stands twice is left to the reader's schema. */
export function ungroupPositions<Head>({ head, cards, since }: Group<Head>): [number, Said<Head>][] {
  return cards.split(';').flatMap((piece) => {
    const [ranges = '', ...words] = piece.split(' ');
    const [after, ...calls] = words.map((word) => (word === '-' ? undefined : word)).reverse();
    const at = after === undefined || since === undefined ? undefined : since + Number(after);
    return positionsFrom(ranges).map((position): [number, Said<Head>] => [
      position,
      { head, calls: calls.toReversed(), at },
    ]);
  });
}

export const mapByPosition = <T extends z.ZodType>(value: T) => z.map(positionSchema, value).readonly();
