import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publishedCodes, readingTable, readRefusal } from '../../../shared/kona/reading-table.ts';

const { FC_SEED: seed } = process.env;
const replay = seed === undefined ? {} : { seed: Number(seed) };

const refused400 = (code: string | undefined, description?: string, refusalCodes: readonly string[] = []) =>
  readRefusal({ httpStatus: 400, code, description }, new Set(refusalCodes));

const fieldCodes = ['000_002', '000_003', '000_015'];

describe('HTTP 400 with a published code', () => {
  it.each([
    ['003_021', 'cannot find par', 'not_found'],
    ['003_050', 'all named process has been completed', 'already_named'],
    ['003_001', 'invalid card information', 'card_refused'],
    ['003_022', 'card terminated', 'card_refused'],
  ] as const)('reads %s "%s" as %s, whatever its text says', (code, description, meaning) => {
    expect(refused400(code, description)).toBe(meaning);
    for (const other of [undefined, '', 'Invalid access key', 'bizLicenseNo is closed', '점검 중입니다'])
      expect(refused400(code, other)).toBe(meaning);
  });

  it('is a row of the table, and no other code is published but that of success', () => {
    expect(readingTable.map(({ code }) => code).sort()).toEqual([
      ...fieldCodes,
      ...['003_001', '003_021', '003_022', '003_050'],
    ]);
    expect([...publishedCodes].sort()).toEqual(['000_000', ...readingTable.map(({ code }) => code).sort()]);
  });
});

describe('HTTP 400 with the code of an empty, missing or overlong value', () => {
  it.each(
    fieldCodes.flatMap((code) =>
      ['corporationName', 'bizLicenseNo', 'registrationNumber', 'affiliateId', 'CORPORATION_NAME', 'bizlicenseno'].map(
        (field) => [code, field] as const,
      ),
    ),
  )('rejects the corporation when %s names %s', (code, field) => {
    expect(refused400(code, `Invalid or empty value : ${field}`)).toBe('corporation_fault');
  });

  it.each([
    ['000_002', 'Invalid or empty value : parList'],
    ['000_003', 'Required value missing: par'],
    ['000_015', 'Wrong length [parList[3].par]'],
  ])('refuses the card for %s "%s"', (code, description) => {
    expect(refused400(code, description)).toBe('card_refused');
  });

  it.each([
    ['000_002', 'Invalid or empty value : X-KM-Tran-Token'],
    ['000_003', 'Required header is missing'],
    ['000_015', 'Wrong length: accessKey'],
  ])('takes %s "%s" for our configuration', (code, description) => {
    expect(refused400(code, description)).toBe('credentials_refused');
  });

  it.each([
    ['000_002', 'Invalid or empty value'],
    ['000_003', undefined],
    ['000_015', 'Wrong length'],
    ['000_002', '점검 중입니다'],
  ])('is unclear for %s "%s": the text names no field', (code, description) => {
    expect(refused400(code, description)).toBe('unclear');
  });

  it.each([
    ['000_002', 'Invalid value: parList of corporationName'],
    ['000_002', 'Invalid value: bizLicenseNo, X-KM-Access-Key'],
    ['000_015', 'Wrong length: par or access key'],
  ])('is unclear for %s "%s": the text names fields of two kinds', (code, description) => {
    expect(refused400(code, description)).toBe('unclear');
  });

  it('reads the name of a field however it is written', () => {
    expect(refused400('000_002', 'Invalid value: biz. license. no.')).toBe('corporation_fault');
    expect(refused400('000_002', 'Invalid value: REGISTRATION -- NUMBER')).toBe('corporation_fault');
  });
});

describe('HTTP 400 with another code', () => {
  it.each([
    ['001_006', 'user not found'],
    ['003_077', 'invalid access key'],
    ['003_077', 'card of another corporationName'],
    ['003_099', undefined],
    ['000_999', '점검 중입니다'],
    ['900_001', 'system maintenance'],
    ['020_001', 'bizLicenseNo is closed'],
    ['777_777', 'cannot find par'],
    ['777_777', undefined],
  ])('is unclear: %s "%s"', (code, description) => {
    expect(refused400(code, description)).toBe('unclear');
  });

  // failures: F092
  it('never judges a card or a corporation, whatever the code and its text are', () => {
    const code = fc
      .oneof(fc.stringMatching(/^\d{3}_\d{3}$/), fc.string(), fc.constantFrom('001_006', '003_002', '003_999'))
      .filter((one) => !publishedCodes.has(one));
    const words = ['cannot find par', 'all named process has been completed', 'card terminated', 'bizLicenseNo'];
    const text = fc.oneof(fc.constantFrom(...words), fc.string(), fc.constant(undefined));
    fc.assert(
      fc.property(code, text, (unknown, description) => {
        expect(['unclear', 'credentials_refused']).toContain(refused400(unknown, description));
      }),
      { ...replay, numRuns: 1_000 },
    );
  });

  it('refuses the card if the setting konaRefusalCodes names the code', () => {
    expect(refused400('003_099', 'invalid access key', ['003_099'])).toBe('card_refused');
    expect(refused400('001_006', 'user not found', ['001_006'])).toBe('card_refused');
    expect(refused400('003_098', 'card lost', ['003_099'])).toBe('unclear');
  });

  it('does not let the setting change what a published code means', () => {
    expect(refused400('003_021', 'cannot find par', ['003_021'])).toBe('not_found');
    expect(refused400('000_000', 'success', ['000_000'])).toBe('unclear');
  });

  it.each([
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
  ])('takes %s "%s" for our configuration', (code, description) => {
    expect(refused400(code, description)).toBe('credentials_refused');
  });

  it.each([
    ['777_777', 'card token is not active'],
    ['777_777', 'Invalid PAR token'],
    ['777_777', 'payment token not found'],
    ['777_777', 'duplicate key value in table'],
    ['777_777', 'the monkey keyed in a tokenless heading'],
    ['777_777', '카드 토큰 오류'],
    ['777_777', '결제 토큰을 찾을 수 없음'],
    ['003_077', 'invalid key of the card'],
    ['001_006', 'user token not found'],
  ])('does not take %s "%s" for our configuration', (code, description) => {
    expect(refused400(code, description)).toBe('unclear');
  });

  it('is unclear without a code, or with the code of success', () => {
    expect(refused400(undefined, 'cannot find par')).toBe('unclear');
    expect(refused400(undefined, 'Invalid access key')).toBe('unclear');
    expect(refused400('000_000', 'success')).toBe('unclear');
  });
});

describe('another HTTP status', () => {
  it.each([401, 403])('%i is about our configuration, whatever it says', (httpStatus) => {
    expect(readRefusal({ httpStatus }, new Set())).toBe('credentials_refused');
    const refusal = { httpStatus, code: '003_021', description: 'cannot find par' };
    expect(readRefusal(refusal, new Set(['003_021']))).toBe('credentials_refused');
  });

  it.each([200, 201, 302, 404, 405, 408, 409, 422, 429, 500, 502, 503, 504])(
    '%i is unclear, even with a code that judges cards',
    (httpStatus) => {
      for (const [code, description] of [
        ['003_021', 'cannot find par'],
        ['000_105', 'Invalid token'],
        ['003_099', 'named by the setting'],
      ])
        expect(readRefusal({ httpStatus, code, description }, new Set(['003_099']))).toBe('unclear');
    },
  );
});
