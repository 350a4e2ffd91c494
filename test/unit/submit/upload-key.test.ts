import { expect, it } from 'vitest';
import { uploadKeyOf } from '../../../submit/upload-key.ts';
import { aMoment } from '../../support/fixed-clock.ts';

const naming = { dryRun: false, now: aMoment, randomHex: '0a1b2c3d' };

it('is below incoming/, and ends in the name of the file', () => {
  expect(uploadKeyOf('/home/kim/카드 목록+1%.csv', naming)).toBe('incoming/2026-11-22-0a1b2c3d/카드 목록+1%.csv');
});

it('is below incoming/dry-run/ for a dry run', () => {
  expect(uploadKeyOf('cards.csv.gz', { ...naming, dryRun: true })).toBe(
    'incoming/dry-run/2026-11-22-0a1b2c3d/cards.csv.gz',
  );
});

it('writes a Korean name in one way, however the machine hands it over', () => {
  expect(uploadKeyOf('카드.csv'.normalize('NFD'), naming)).toBe(uploadKeyOf('카드.csv', naming));
});

it('holds no control character', () => {
  expect(uploadKeyOf('a\nb\u0000.csv', naming)).toBe('incoming/2026-11-22-0a1b2c3d/a_b_.csv');
});
