import type { Corporation } from '../limit-increase/terms.ts';

// Both numbers carry a check digit, as Korea's tax and court registries compute it. A wrong one is a warning and no more:
// numbers given since 2025 may have none, and KONA PLATE is the judge.

const bizWeights = [1, 3, 7, 1, 3, 7, 1, 3, 5];
const registrationWeights = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2];

/** What looks wrong about the numbers of a corporation, in words; empty if nothing does. */
export function checkDigitWarnings({ bizLicenseNo, registrationNumber }: Corporation): string[] {
  const warnings: string[] = [];
  if (!isBizLicenseNo(bizLicenseNo))
    warnings.push(`bizLicenseNo ${bizLicenseNo} is not 10 digits with their check digit: is it mistyped?`);
  if (!isRegistrationNumber(registrationNumber))
    warnings.push(`registrationNumber ${registrationNumber} is not 13 digits with their check digit: is it mistyped?`);
  return warnings;
}

/** 사업자등록번호: the ninth digit counts once more, by the tens of its product with 5. */
export function isBizLicenseNo(digits: string): boolean {
  if (!/^\d{10}$/.test(digits)) return false;
  const tens = Math.floor((digitAt(digits, 8) * 5) / 10);
  return digitAt(digits, 9) === complement(weighted(digits, bizWeights) + tens);
}

/** 법인등록번호: plain products, their digits are not added up. */
export const isRegistrationNumber = (digits: string): boolean =>
  /^\d{13}$/.test(digits) && digitAt(digits, 12) === complement(weighted(digits, registrationWeights));

const digitAt = (digits: string, place: number): number => Number(digits.charAt(place));

const weighted = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, place) => sum + weight * digitAt(digits, place), 0);

const complement = (sum: number): number => (10 - (sum % 10)) % 10;
