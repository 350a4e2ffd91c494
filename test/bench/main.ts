import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { calls } from './calls.ts';
import { cold } from './cold.ts';
import { cost } from './cost/cost.ts';
import type { Bench, Figure } from './harness.ts';
import { reading } from './reading/reading.ts';
import { scale } from './scale/scale.ts';
import { settling } from './settling/settling.ts';
import { tableOf } from './table.ts';
import { warm } from './warm.ts';
import { writeUnits } from './write-units.ts';

// npm run bench                       every bench
// npm run bench -- reading calls      some of them
// --rounds 7                          how often each ratio is measured
// --json FILE                         the figures, for a machine to read

const benches: ReadonlyMap<string, Bench> = new Map([
  ['reading', reading],
  ['settling', settling],
  ['write-units', writeUnits],
  ['calls', calls],
  ['cold', cold],
  ['warm', warm],
  ['cost', cost],
  ['scale', scale],
]);

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, json: { type: 'string' } },
  allowPositionals: true,
});

const figures: (Figure & { readonly bench: string })[] = [];
for (const name of positionals.length > 0 ? positionals : benches.keys()) {
  const bench = benches.get(name);
  if (bench === undefined) throw new Error(`There is no bench ${name}: ${[...benches.keys()].join(', ')}`);
  console.error(`${name} …`);
  for await (const figure of bench(Number(values.rounds))) figures.push({ bench: name, ...figure });
}
console.log(tableOf(figures));
if (values.json !== undefined) {
  const machine = { node: process.version, cores: cpus().length, cpu: cpus()[0]?.model };
  await writeFile(values.json, `${JSON.stringify({ machine, rounds: Number(values.rounds), figures }, null, 2)}\n`);
}
