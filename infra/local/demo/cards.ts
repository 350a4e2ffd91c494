import { createHash } from 'node:crypto';

/** The simulator goes by a card's last letters: what these stand for is in its own description of cards. */
export const endings = { unknown: 'DEAD', namedElsewhere: 'BEEF', neverAnswered: 'FADE' } as const;

/** A PAR that looks like those of KONA PLATE: `Q1` and 25 upper-case hex digits, the same for the same number. */
export function demoPar(number: number, ending = ''): string {
  const digits = createHash('sha256').update(`card ${number}`).digest('hex').toUpperCase();
  // Not one of the letters that mean something, unless it is asked for.
  return `Q1${digits.slice(0, 24 - ending.length)}${ending === '' ? '7' : `0${ending}`}`;
}

export const corporation = {
  corporationName: '주식회사 코나',
  bizLicenseNo: '116-82-00276',
  registrationNumber: '110111-0062432',
} as const;

/** As the ledger and KONA PLATE hold it: without hyphens. */
export const bizLicenseNo = corporation.bizLicenseNo.replaceAll('-', '');
