import { describe, expect, it } from 'vitest';
import { createTextKeeper } from '../../../shared/kona/kept-text.ts';

const accessKey = 'CANARY-ACCESS-KEY-0123456789-0123456789A';
const keeper = (secretKey = 'CANARY-SECRET') => createTextKeeper({ aspId: 'ASP000000000001', accessKey, secretKey });

describe("a text of KONA's", () => {
  it('is kept as it came', () => {
    expect(keeper()('이미 실명 등록된 카드 (all named process has been completed)')).toBe(
      '이미 실명 등록된 카드 (all named process has been completed)',
    );
  });

  it('loses our keys and tokens', () => {
    const token = `KMV1:20261122101500007:${'aB3+/'.repeat(8)}xyz=`;

    expect(keeper()(`bad ${accessKey}, CANARY-SECRET and ${token}!`)).toBe('bad ***, *** and ***!');
  });

  it('loses them before it is cut, so that no half of one stays', () => {
    expect(keeper()(`${'x'.repeat(490)}${accessKey}`)).toBe(`${'x'.repeat(490)}***`);
  });

  it('is not torn apart by a secret of one letter', () => {
    expect(keeper('e')('success')).toBe('success');
  });

  it('is cut to 500, and never in the middle of a character', () => {
    expect(keeper()('코'.repeat(600))).toBe('코'.repeat(500));
    expect(keeper()(`${'x'.repeat(499)}🏦`)).toBe(`${'x'.repeat(499)}\ufffd`);
  });
});
