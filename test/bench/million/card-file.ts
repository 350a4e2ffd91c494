import { seededRandom } from '../../support/kona-simulator/random.ts';

// A file of corporate cards as one might come from a payroll system, and what must become of each of its lines. The
// expectation is made with the line, by whoever wrote it: nothing of the gateway is asked.

export type Fate = 'named' | 'not_found' | 'rejected' | 'repeated';

export type Line = {
  readonly text: string;
  readonly fate: Fate;
  readonly par: string;
  readonly corporation: number;
};

export const header = 'corporationName,bizLicenseNo,registrationNumber,affiliateId,par';

/** Ten digits without a leading zero: the number of a corporation, which nothing else has. */
export const bizLicenseNoOf = (corporation: number): string => String(2_000_000_000 + corporation * 7_919);

const registrationNumberOf = (corporation: number): string => String(1_101_110_000_000 + corporation * 104_729);

/** One line in a hundred is bad, one in two hundred of those left names a card once more. */
const badShare = 0.01;
const repeatedShare = 0.000_5;
/** Of good cards, how many KONA PLATE does not know. */
const unknownShare = 0.000_04;

/** `count` lines after the header, mixed over so many corporations; the same for the same seed. */
export function* cardLines(count: number, corporations: number, seed: number): Generator<Line> {
  const random = seededRandom(seed);
  const upTo = (below: number): number => Math.floor(random() * below);
  let last: Line | undefined;
  for (let number = 0; number < count; number += 1) {
    const corporation = upTo(corporations);
    const draw = random();
    if (draw < badShare) yield badLine(number, corporation, upTo(badKinds.length));
    else if (draw < badShare + repeatedShare && last !== undefined) yield { ...last, fate: 'repeated' };
    else {
      last = goodLine(number, corporation, random() < unknownShare);
      yield last;
    }
  }
}

function goodLine(number: number, corporation: number, unknown: boolean): Line {
  const par = parOf(number, unknown ? 'DEAD' : '0000');
  const fields = fieldsOf(corporation, par);
  return { text: fields.join(','), fate: unknown ? 'not_found' : 'named', par, corporation };
}

/** Spread over the alphabet as real references are, by a multiplication that no two numbers share. */
function parOf(number: number, ending: string): string {
  const spread = (BigInt(number + 1) * 0x9e3779b97f4a7c15n) & ((1n << 84n) - 1n);
  return `Q1${spread.toString(16).toUpperCase().padStart(21, '0')}${ending}`;
}

const fieldsOf = (corporation: number, par: string): [string, string, string, string, string] => [
  `주식회사 한빛 ${corporation}`,
  bizLicenseNoOf(corporation),
  registrationNumberOf(corporation),
  corporation % 2 === 0 ? '000170000000001' : '',
  par,
];

const badKinds: readonly ((fields: [string, string, string, string, string]) => string[])[] = [
  ([name, biz, registration, affiliate, par]) => [name, biz, registration, affiliate, par.slice(1)],
  ([name, biz, registration, affiliate, par]) => [name, biz, registration, affiliate, par.toLowerCase()],
  ([, biz, registration, affiliate, par]) => ['', biz, registration, affiliate, par],
  ([, biz, registration, affiliate, par]) => ['가'.repeat(81), biz, registration, affiliate, par],
  ([name, , registration, affiliate, par]) => [name, '1.16822E+09', registration, affiliate, par],
  ([name, biz, registration, affiliate, par]) => [name, biz, registration, affiliate, par, 'and more'],
  ([name, biz]) => [name, biz],
];

function badLine(number: number, corporation: number, kind: number): Line {
  const par = parOf(number, '0000');
  const spoil = badKinds[kind] ?? ((fields) => fields);
  return { text: spoil(fieldsOf(corporation, par)).join(','), fate: 'rejected', par, corporation };
}
