import { parseArgs } from 'node:util';
import { kills, outage, rotates } from './harms.ts';
import { type Harm, runCampaign } from './run.ts';

// npm run campaign -- kill|rotate|outage [--cards 20000] [--seed N] [--minutes 3]
// A file through the local cloud, whose processes are real, while harm is done; every line of its reports is held against
// the file and the simulator's own truth. Exit code 1 if anything is wrong. It takes minutes: a killed worker's lease has to
// end, as it would on AWS.

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    cards: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    minutes: { type: 'string', default: '3' },
  },
});
const [name = ''] = positionals;
const seed = Number(values.seed);
const harms: Readonly<Record<string, Harm>> = {
  kill: kills(seed),
  rotate: rotates,
  outage: outage(Number(values.minutes)),
};
const harm = harms[name];
if (harm === undefined) {
  console.error(`npm run campaign -- ${Object.keys(harms).join('|')} [--cards 20000] [--seed N] [--minutes 3]`);
  process.exit(2);
}
console.log(`npm run campaign -- ${name} --cards ${values.cards} --seed ${seed}`);
const wrong = await runCampaign({ cards: Number(values.cards), seed }, harm);
for (const what of wrong.slice(0, 20)) console.log(`WRONG: ${what}`);
console.log(wrong.length === 0 ? 'Every card ended in the truth.' : `${wrong.length} things are wrong.`);
process.exit(wrong.length === 0 ? 0 : 1);
