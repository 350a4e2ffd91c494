import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aPar } from '../../support/builders.ts';
import { givenFile, header, seen } from './given-file.ts';

// Random files of a few corporations and cards, well and badly formed, against a model that keeps everything in maps. A
// failure prints its seed and path; FC_SEED and FC_PATH replay it, FC_RUNS says how many runs.

const corporations = [
  ['주식회사 코나', '1168200276', '1101110062432', ''],
  ['㈜코나, "K"', '1168200276', '1101110062432', ''],
  ['Kona', '134-86-72683', '110111-7125720', '000170000000001'],
] as const;
const faulty = [
  ['', '1', '1', '', aPar(1)],
  ['K', '12345678901', '1', '', aPar(2)],
  ['K', '1', 'x', '', aPar(3)],
  ['K', '1', '1', 'short', aPar(4)],
  ['K', '1', '1', '', 'no card'],
  ['K', '1'],
] as const;

type RandomRow = { readonly corporation: number; readonly card: number } | { readonly fault: number };

const row: fc.Arbitrary<RandomRow> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ corporation: fc.nat(corporations.length - 1), card: fc.nat(300) }) },
  { weight: 1, arbitrary: fc.record({ fault: fc.nat(faulty.length - 1) }) },
);
const files = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 400 }),
  separator: fc.constantFrom(',', ';', '\t'),
  end: fc.constantFrom('\n', '\r\n', '\r'),
  mark: fc.boolean(),
  quoted: fc.boolean(),
  sizes: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }),
});
type RandomFile = typeof files extends fc.Arbitrary<infer F> ? F : never;

function written({ rows, separator, end, mark, quoted }: RandomFile): string {
  const cell = (text: string): string =>
    quoted || text.includes(separator) || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text;
  const line = (cells: readonly string[]): string => cells.map(cell).join(separator);
  const cellsOf = (one: RandomRow): readonly string[] =>
    'fault' in one ? (faulty[one.fault] ?? []) : [...(corporations[one.corporation] ?? []), aPar(one.card)];
  return (mark ? '\uFEFF' : '') + [line(header.split(',')), ...rows.map((one) => line(cellsOf(one)))].join(end);
}

/** What must become of each row, by its index. */
function expected(rows: readonly RandomRow[]): ('taken' | 'rejected' | 'repeated')[] {
  const owners = new Map<number, Set<number>>();
  for (const one of rows)
    if ('card' in one) owners.set(one.card, (owners.get(one.card) ?? new Set()).add(one.corporation));
  const before = new Set<number>();
  return rows.map((one) => {
    if ('fault' in one || (owners.get(one.card)?.size ?? 0) > 1) return 'rejected';
    const fate = before.has(one.card) ? 'repeated' : 'taken';
    before.add(one.card);
    return fate;
  });
}

const numberFrom = (name: string): number | undefined =>
  process.env[name] === undefined ? undefined : Number(process.env[name]);

// failures: F063
it('accounts for every row, and cuts chunks that hold exactly the cards taken', { timeout: 120_000 }, async () => {
  const [seed, path] = [numberFrom('FC_SEED'), process.env['FC_PATH']];
  const replay = { ...(seed !== undefined && { seed }), ...(path !== undefined && { path }) };
  const holds = async (random: RandomFile): Promise<void> => {
    const file = givenFile('a.csv', written(random), random.sizes);
    const { checked, listed } = await seen(file);
    if (!checked.readable) throw new Error(checked.failure.detail);
    const fates = expected(random.rows);
    const count = (fate: string): number => fates.filter((one) => one === fate).length;
    const { cut, progress } = checked;
    expect(progress).toEqual({
      rowsRead: random.rows.length,
      rowsRejected: count('rejected'),
      rowsRepeated: count('repeated'),
    });
    // The header is line 1, and no cell of these holds a line break.
    expect(listed.map(({ line }) => line)).toEqual(random.rows.map((_, index) => index + 2));
    expect(listed.map(({ taken }) => taken)).toEqual(fates.map((fate) => fate === 'taken'));
    const chunks = Array.from({ length: cut.chunksTotal }, (_, index) => cut.chunkAt(index + 1));
    const lines = chunks.flatMap((chunk) => chunk.lines);
    expect([...lines].sort((a, b) => a - b)).toEqual(listed.flatMap(({ taken, line }) => (taken ? [line] : [])));
    expect(lines).toHaveLength(cut.cardsTotal);
    const firsts = chunks.map((chunk) => chunk.lines[0] ?? 0);
    expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
    for (const { corporation, pars, lines: of } of chunks) {
      expect(pars.length).toBeLessThanOrEqual(100);
      expect(of).toEqual([...of].sort((a, b) => a - b));
      for (const [index, line] of of.entries()) {
        const source = random.rows[line - 2];
        if (source === undefined || 'fault' in source) throw new Error(`line ${line} is no card's`);
        expect(pars[index]).toBe(aPar(source.card));
        expect(corporation.corporationName).toBe(corporations[source.corporation]?.[0]);
      }
    }
    expect((await seen(givenFile('a.csv', written(random)))).listed).toEqual(listed);
  };
  await fc.assert(fc.asyncProperty(files, holds), { numRuns: numberFrom('FC_RUNS') ?? 100, ...replay });
});
