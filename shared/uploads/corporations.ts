import type { Corporation } from '../limit-increase/terms.ts';
import type { UploadWarning } from '../limit-increase/upload.ts';
import { checkDigitWarnings } from './check-digits.ts';
import { Unreadable } from './unreadable.ts';

/** Each takes some hundred bytes of memory. */
const corporationsMax = 100_000;
const warningsMax = 20;

export type Corporations = ReturnType<typeof createCorporations>;

/** The corporations of a file, numbered in the order in which they first come; two are one if all their fields are equal. */
export function createCorporations() {
  const list: Corporation[] = [];
  const numbers = new Map<string, number>();
  const warnings: UploadWarning[] = [];
  let warningsLeftOut = 0;
  let last: { readonly corporation: Corporation; readonly number: number } | undefined;

  function warn(corporation: Corporation, line: number): void {
    for (const detail of checkDigitWarnings(corporation)) {
      if (warnings.length < warningsMax) warnings.push({ line, detail });
      else warningsLeftOut += 1;
    }
  }

  return {
    /** `line`: where it stands, for a warning if it is new. @throws Unreadable if there are too many. */
    numberOf(corporation: Corporation, line: number): number {
      if (last?.corporation === corporation) return last.number;
      const key = keyOf(corporation);
      const known = numbers.get(key);
      const number = known ?? list.length;
      if (known === undefined) {
        if (number >= corporationsMax)
          throw new Unreadable(
            'too_many_corporations',
            `The file names more than ${corporationsMax} corporations: split it.`,
          );
        list.push(corporation);
        numbers.set(key, number);
        warn(corporation, line);
      }
      last = { corporation, number };
      return number;
    },
    /** Undefined if it stands on no row that was read. */
    find: (corporation: Corporation): number | undefined => numbers.get(keyOf(corporation)),
    at: (number: number): Corporation | undefined => list[number],
    size: (): number => list.length,
    warnings: () => ({ warnings, warningsLeftOut }),
  };
}

const keyOf = ({ corporationName, bizLicenseNo, registrationNumber, affiliateId = '' }: Corporation): string =>
  [corporationName, bizLicenseNo, registrationNumber, affiliateId].join('\0');
