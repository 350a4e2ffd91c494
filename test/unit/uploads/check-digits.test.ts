import { expect, it } from 'vitest';
import { isBizLicenseNo, isRegistrationNumber } from '../../../shared/uploads/check-digits.ts';
import { aPar } from '../../support/builders.ts';
import { givenFile, header, seen } from './given-file.ts';

it.each([
  ['1168200276', true],
  ['1348672683', true],
  ['1168200278', false],
  ['1234567890', false],
  ['123456789', false],
])('knows whether the 사업자등록번호 %s has its check digit', (digits, valid) => {
  expect(isBizLicenseNo(digits)).toBe(valid);
});

it.each([
  ['1101110062432', true],
  ['1101117125720', true],
  ['1101117125721', false],
  ['110111712572', false],
])('knows whether the 법인등록번호 %s has its check digit', (digits, valid) => {
  expect(isRegistrationNumber(digits)).toBe(valid);
});

it('warns once for a corporation, tells its first line, keeps 20 warnings and counts the rest', async () => {
  const rows = Array.from({ length: 60 }, (_, index) => `K${index % 30},1234567890,1101110062432,,${aPar(index)}`);
  const { checked } = await seen(givenFile('a.csv', [header, ...rows].join('\n')));
  if (!checked.readable) throw new Error(checked.failure.detail);
  expect(checked.progress.rowsRejected).toBe(0);
  expect(checked.reading.warnings).toHaveLength(20);
  expect(checked.reading.warningsLeftOut).toBe(10);
  expect(checked.reading.warnings[2]).toEqual({
    line: 4,
    detail: 'bizLicenseNo 1234567890 is not 10 digits with their check digit: is it mistyped?',
  });
});
