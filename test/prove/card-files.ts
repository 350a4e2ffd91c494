import type { Par } from '../../shared/limit-increase/terms.ts';
import { aCorporation, aPar } from '../support/builders.ts';
import type { Draw } from './draw.ts';

// Files of a few lines, good and bad, and what must become of each line by a model that keeps everything in maps.

export type CardFile = {
  /** After the start. */
  readonly at: number;
  readonly key: string;
  readonly text: string;
  readonly taken: readonly { readonly line: number; readonly par: Par }[];
  /** Rejected and repeated. */
  readonly refused: readonly number[];
};

const corporations = [aCorporation(), aCorporation({ corporationName: '㈜다른회사', bizLicenseNo: '1348672683' })];
const header = 'corporationName,bizLicenseNo,registrationNumber,affiliateId,par';

type Drawn = { readonly text: string } & (
  | { readonly fault: true }
  | { readonly fault: false; readonly corporation: number; readonly card: number }
);

export function drawCardFile(number: number, within: number, cardsOfAll: number, draw: Draw): CardFile {
  const rows = draw.chance(0.1) ? 210 : 1 + draw.below(12);
  const drawn = draw.times(rows, (row) => drawRow(row, cardsOfAll, draw));
  const owners = new Map<number, Set<number>>();
  for (const row of drawn)
    if (!row.fault) owners.set(row.card, (owners.get(row.card) ?? new Set()).add(row.corporation));
  const taken: { line: number; par: Par }[] = [];
  const refused: number[] = [];
  const before = new Set<number>();
  for (const [index, row] of drawn.entries()) {
    const line = index + 2;
    const isTaken = !row.fault && owners.get(row.card)?.size === 1 && !before.has(row.card);
    if (isTaken) taken.push({ line, par: aPar(row.card) });
    else refused.push(line);
    if (!row.fault) before.add(row.card);
  }
  const text = [header, ...drawn.map((row) => row.text)].join('\n');
  return { at: draw.below(Math.max(1, within)), key: `incoming/file-${number}.csv`, text, taken, refused };
}

function drawRow(row: number, cardsOfAll: number, { below, chance }: Draw): Drawn {
  if (chance(0.1)) return { fault: true, text: `x,1,not digits,,${aPar(1)}` };
  const corporation = below(corporations.length);
  const card = row < 12 ? 1 + below(cardsOfAll) : 1_000 + row;
  const { corporationName, bizLicenseNo, registrationNumber, affiliateId } =
    corporations[corporation] ?? aCorporation();
  const text = [corporationName, bizLicenseNo, registrationNumber, affiliateId, aPar(card)].join(',');
  return { fault: false, corporation, card, text };
}
