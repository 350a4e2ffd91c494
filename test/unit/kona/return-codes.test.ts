import { describe, expect, it } from 'vitest';
import { meaningOfRefusal } from '../../../shared/kona/return-codes.ts';

const refused400 = (code: string | undefined, description?: string) =>
  meaningOfRefusal({ httpStatus: 400, code, description });

describe('what a refusal speaks of', () => {
  it.each([
    ['003_021', 'cannot find par', 'not_found'],
    ['003_050', 'all named process has been completed', 'already_named'],
    ['003_001', 'invalid card information', 'card_refused'],
    ['003_022', 'card terminated', 'card_refused'],
    ['001_006', 'user not found', 'card_refused'],
    ['777_777', 'something nobody has seen yet', 'card_refused'],
    ['777_777', undefined, 'card_refused'],
    ['003_077', 'invalid access key', 'card_refused'],
  ] as const)('reads 400 %s "%s" as %s', (code, description, meaning) => {
    expect(refused400(code, description)).toBe(meaning);
  });

  it.each(
    ['000_002', '000_003', '000_015'].flatMap((code) =>
      ['corporationName', 'bizLicenseNo', 'registrationNumber', 'affiliateId', 'CORPORATION_NAME', 'bizlicenseno'].map(
        (field) => [code, field] as const,
      ),
    ),
  )('blames the corporation when %s names %s', (code, field) => {
    expect(refused400(code, `Invalid or empty value : ${field}`)).toBe('corporation_fault');
  });

  it.each([
    ['000_002', 'Invalid or empty value : parList'],
    ['000_015', 'Wrong length [parList[3].par]'],
    ['000_002', 'Invalid or empty value : parList, token expected'],
    ['000_002', 'Invalid or empty value'],
    ['000_003', undefined],
  ])('blames the card, not the corporation, for %s "%s"', (code, description) => {
    expect(refused400(code, description)).toBe('card_refused');
  });

  it('reads the name of a field however it is written out', () => {
    expect(refused400('000_002', 'Invalid value: biz. license. no.')).toBe('corporation_fault');
    expect(refused400('000_002', 'Invalid value: REGISTRATION -- NUMBER')).toBe('corporation_fault');
  });

  it('blames the corporation only for the codes of a field at fault', () => {
    expect(refused400('003_001', 'card of another corporationName')).toBe('card_refused');
    expect(refused400('777_777', 'bizLicenseNo is closed')).toBe('card_refused');
  });

  it.each([401, 403])('takes %i for our credentials, whatever it says', (httpStatus) => {
    expect(meaningOfRefusal({ httpStatus })).toBe('credentials_refused');
    expect(meaningOfRefusal({ httpStatus, code: '003_021', description: 'cannot find par' })).toBe(
      'credentials_refused',
    );
  });

  it.each([
    ['000_002', 'Invalid or empty value : X-KM-Tran-Token'],
    ['000_003', 'Required header is missing'],
    ['000_015', 'Wrong length: accessKey'],
    ['000_101', 'Invalid access key'],
    ['000_102', 'The key is inactive'],
    ['000_103', 'discarded key'],
    ['000_104', 'signature mismatch'],
    ['000_105', 'Invalid token.'],
    ['000_106', 'invalid aspId'],
    ['000_107', '토큰이 올바르지 않습니다'],
    ['000_108', '액세스키가 유효하지 않습니다'],
    ['000_109', '서명 검증 실패'],
    ['INVALID_TOKEN', undefined],
    ['invalidAccessKey', undefined],
    ['SIGNATURE_MISMATCH', 'no'],
  ])('takes 400 %s "%s" for our credentials', (code, description) => {
    expect(refused400(code, description)).toBe('credentials_refused');
  });

  it.each([
    ['003_021', 'cannot find par for token'],
    ['003_050', 'all named process has been completed; key already used'],
    ['003_022', 'card terminated, token discarded'],
    ['001_006', 'user token not found'],
    ['003_077', 'invalid key of the card'],
    ['777_777', 'card token is not active'],
    ['777_777', 'duplicate key value in table'],
    ['777_777', 'the monkey keyed in a tokenless heading'],
    ['777_777', '카드 토큰 오류'],
  ])('does not take 400 %s "%s" for our credentials', (code, description) => {
    expect(refused400(code, description)).not.toBe('credentials_refused');
  });

  it('knows nothing from a 400 without a code, or with the code of success', () => {
    expect(refused400(undefined, 'cannot find par')).toBe('unknown');
    expect(refused400('000_000', 'success')).toBe('unknown');
  });

  it.each([200, 201, 302, 404, 405, 408, 409, 422, 429, 500, 502, 503, 504])(
    'knows nothing from HTTP %i, even with a code that judges cards',
    (httpStatus) => {
      expect(meaningOfRefusal({ httpStatus, code: '003_021', description: 'cannot find par' })).toBe('unknown');
      expect(meaningOfRefusal({ httpStatus, code: '000_105', description: 'Invalid token' })).toBe('unknown');
    },
  );
});
